// Where one writes or speaks: a text, a microphone, and how loud either side is.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { isComposing } from "../components/field.js";
import { button, iconButton, busy } from "../components/button.js";
import { icon } from "../components/icon.js";
import { levelMeter } from "../components/meter.js";

/** `say(text)` sends a text; `fail(error)` is told what went wrong with the microphone. */
export function composer({ say, conversation, fail }) {
  const text = h("textarea", { class: "input", rows: 1, placeholder: t("talk.write"), "aria-label": t("talk.write"),
    autofocus: true, onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      send();
    } });
  const sender = iconButton(t("talk.send"), "send", { kind: "primary", type: "submit" });
  const microphone = button(t("talk.speak"), { icon: "mic", class: "button plain mic", onclick: () => busy(microphone, toggle).catch(fail) });
  const stop = iconButton(t("talk.cancel"), "stop", { hidden: true, onclick: () => conversation.cancel() });
  const [yours, models] = [levelMeter(t("talk.yourLevel")), levelMeter(t("talk.modelLevel"))];
  const levels = h("div", { class: "levels", hidden: true },
    h("span", { class: "small faint" }, t("talk.you")), yours.element,
    h("span", { class: "small faint" }, t("talk.model")), models.element);

  async function send() {
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    sender.disabled = true;
    try {
      await say(words);
    } catch {
      text.value = words;
    } finally {
      sender.disabled = false;
      text.focus();
    }
  }

  async function toggle() {
    if (conversation.microphone.isOn) await conversation.stopListening();
    else await conversation.listen();
    show();
  }

  function show() {
    const isOn = conversation.microphone.isOn;
    microphone.classList.toggle("on", isOn);
    microphone.replaceChildren(icon(isOn ? "mute" : "mic"), h("span", {}, t(isOn ? "talk.stopSpeaking" : "talk.speak")));
  }

  conversation.addEventListener("level", ({ detail }) => {
    (detail.from === "you" ? yours : models).push(detail.level);
    stop.hidden = !conversation.isAnswering;
  });

  const element = h("form", { class: "composer", onsubmit: (event) => {
    event.preventDefault();
    send();
  } }, levels, h("div", { class: "composer-row" }, microphone, text, stop, sender));
  return {
    element,
    show,
    showState(state) {
      levels.hidden = state !== "open";
      stop.hidden = true;
      show();
    },
  };
}
