// The chat playground: messages in the middle, what goes along with them beside it.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { requestRow } from "../core/cost.js";
import { chatCredential, forgetChatCredential } from "../core/secret.js";
import { complete } from "../chat/stream.js";
import { snippets } from "../chat/snippets.js";
import { pictures } from "../chat/pictures.js";
import { chatSettings } from "../chat/settings.js";
import { Thread } from "../chat/thread.js";
import { button, iconButton } from "../components/button.js";
import { copyButton } from "../components/copy.js";
import { openDialog } from "../components/dialog.js";
import { isComposing } from "../components/field.js";
import { tabs } from "../components/tabs.js";
import { target } from "../components/target.js";
import { complain, reason } from "../components/toast.js";

export function chatView(signal) {
  const chosen = target("chat");
  const settings = chatSettings();
  const thread = new Thread(() => ask());
  let running = null;

  const text = h("textarea", { class: "input", rows: 1, placeholder: t("chat.write"), "aria-label": t("chat.write"),
    autofocus: true, onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      send();
    } });
  const sender = iconButton(t("talk.send"), "send", { kind: "primary", type: "submit" });
  const stop = iconButton(t("chat.stop"), "stop", { hidden: true, onclick: () => running?.abort() });
  const composer = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } });
  const images = pictures(composer);
  composer.append(h("div", {}, images.element),
    h("div", { class: "composer-row" }, iconButton(t("chat.addPicture"), "image", { onclick: images.choose }), text, stop, sender));
  const welcome = h("div", { class: "welcome" }, h("h2", {}, t("chat.welcome")), h("p", { class: "soft" }, t("chat.welcomeHow")),
    h("ul", { class: "ideas" }, ["chat.idea1", "chat.idea2", "chat.idea3"].map((idea) => h("li", {},
      button(t(idea), { onclick: () => send(t(idea)) })))));

  function send(words = text.value.trim()) {
    if (running) return;
    const urls = images.take();
    if (!words && urls.length === 0) return;
    text.value = "";
    welcome.hidden = true;
    thread.user(words, urls);
    ask();
  }

  async function ask() {
    const place = thread.assistant();
    running = new AbortController();
    [sender.hidden, stop.hidden] = [true, false];
    let last = null;
    try {
      await chosen.ready;
      const credential = await chatCredential(chosen.key(), chosen.model());
      const answer = await complete(settings.request(chosen.model(), thread.messages), credential, (now) => {
        last = now;
        place.show(now);
      }, running.signal);
      place.end(answer);
      tellCost(place, answer);
    } catch (error) {
      if (error.status === 401) forgetChatCredential(chosen.key(), chosen.model());
      if (error.name !== "AbortError") place.fail(reason(error));
      else if (last) place.end({ ...last, finish: t("chat.stopped") });
      else place.fail(t("chat.stopped"));
    } finally {
      running = null;
      [sender.hidden, stop.hidden] = [false, true];
      text.focus();
    }
  }

  async function tellCost(place, answer) {
    const row = await requestRow(answer.requestID).catch(() => null);
    if (row) place.cost(answer, row.cost_usd);
  }

  /** What the latest answer was asked with. */
  function asked() {
    const last = thread.messages.findLastIndex((message) => message.role !== "assistant");
    return thread.messages.slice(0, last + 1);
  }

  function showCode() {
    let made;
    try {
      made = snippets(settings.request(chosen.model(), asked()), location.origin);
    } catch (error) {
      return complain(error);
    }
    const panel = (name) => () => h("div", { class: "form" }, h("pre", { class: "code", tabindex: 0 }, made[name]),
      h("div", {}, copyButton(made[name])));
    openDialog(t("chat.code"), () => [h("p", { class: "soft" }, t("chat.codeHow")),
      tabs(t("chat.code"), [["curl", "curl", panel("curl")], ["python", "Python", panel("python")],
        ["javascript", "JavaScript", panel("javascript")]]).element], { wide: true });
  }

  function clear() {
    running?.abort();
    thread.clear();
    welcome.hidden = false;
  }

  signal.addEventListener("abort", () => running?.abort());
  chosen.ready.catch(complain);
  const view = h("div", { class: "playground", onviewshown: () => {
    chosen.refresh().catch(complain);
    thread.element.scrollTop = thread.element.scrollHeight;
  } },
    h("header", { class: "playground-head" }, h("h1", {}, t("nav.chat")), h("div", { class: "target" }, chosen.element),
      button(t("chat.code"), { icon: "code", onclick: showCode }), iconButton(t("chat.clear"), "trash", { onclick: clear })),
    h("div", { class: "playground-body" },
      h("section", { class: "conversation", "aria-label": t("talk.conversation") }, welcome, thread.element, composer),
      h("aside", { class: "side-panel", "aria-label": t("talk.settings") },
        h("div", { class: "tabbed" }, h("h2", {}, t("talk.settings")), h("div", { class: "tab-panel" }, settings.element)))));
  images.watch(view);
  return view;
}
