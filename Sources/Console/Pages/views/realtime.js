// The realtime playground: a conversation in the middle, settings and events beside it.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { turnRow } from "../core/cost.js";
import { realtimeSecret } from "../core/secret.js";
import { Conversation } from "../realtime/conversation.js";
import { Transcript } from "../realtime/transcript.js";
import { EventLog } from "../realtime/event-log.js";
import { TurnMeter } from "../realtime/turn.js";
import { sessionSettings } from "../realtime/settings.js";
import { ending } from "../realtime/endings.js";
import { composer } from "../realtime/composer.js";
import { target } from "../components/target.js";
import { badge } from "../components/badge.js";
import { button } from "../components/button.js";
import { tabs } from "../components/tabs.js";
import { complain, reason } from "../components/toast.js";

const STATE_KIND = { idle: "idle", preparing: "info", connecting: "info", open: "good", closed: "idle" };

export function realtimeView(signal) {
  const chosen = target("realtime", showChange);
  /** What the session that is open began with. */
  let begun = null;
  const log = new EventLog();
  const settings = sessionSettings((session) => conversation.update(session));
  const conversation = new Conversation({
    // Somebody may be faster than the lists of models and keys.
    describe: async () => {
      await chosen.ready;
      const { key, model } = (begun = { key: chosen.key(), model: chosen.model() });
      showChange();
      return { model, secret: () => realtimeSecret(key, model), isChat: chosen.isChat() };
    },
    settings: settings.session,
  });
  const transcript = new Transcript((callID, output) => conversation.answer(callID, output));
  const welcome = welcomeNote((text) => say(text));
  const input = composer({ say: (text) => say(text), conversation, fail });
  const status = h("div", { class: "talk-status", role: "status" });
  const power = button(t("talk.connect"), { onclick: () =>
    conversation.connection.isOpen ? conversation.connection.close() : conversation.open().catch(fail) });
  const turns = new TurnMeter((turn) => tellTurn(turn));

  const change = h("div", { class: "change", role: "status", hidden: true }, h("span", {}, t("talk.nextSession")),
    button(t("talk.reconnect"), { class: "button plain small", onclick: reconnect }));

  function showChange() {
    change.hidden = !conversation.connection.isOpen || (begun.key === chosen.key() && begun.model === chosen.model());
  }

  function reconnect() {
    conversation.addEventListener("close", () => conversation.open().catch(fail), { once: true });
    conversation.connection.close();
  }

  function fail(error) {
    // What closed before it opened has said why already.
    if (conversation.connection.openedAt !== 0 && error.status === undefined && error.name === "Error") return;
    complain(error);
    if (error.status === undefined || error.endsSignIn) return;
    transcript.note(reason(error), "bad");
    welcome.hidden = true;
  }

  async function say(text) {
    try {
      await conversation.say(text);
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  async function tellTurn(turn) {
    transcript.turn(turn);
    if (turn.doneAt === null) return;
    const row = await turnRow(begun.key, turn.id).catch(() => null);
    transcript.turn(turn, row?.cost_usd);
  }

  function showState(state) {
    status.replaceChildren(badge(t(`state.${state}`), STATE_KIND[state]));
    power.lastElementChild.textContent = t(state === "open" ? "talk.disconnect" : "talk.connect");
    power.disabled = state === "preparing" || state === "connecting";
    settings.canApply(state === "open");
    input.showState(state);
    showChange();
    // The navigation shows it from the other pages.
    document.body.classList.toggle("talking", state === "open");
  }

  conversation.addEventListener("state", ({ detail }) => showState(detail));
  conversation.addEventListener("event", ({ detail }) => {
    log.take(detail);
    turns.take(detail);
    if (!detail.outgoing) transcript.take(detail.event);
    welcome.hidden = !transcript.isEmpty;
  });
  conversation.addEventListener("close", ({ detail }) => {
    transcript.note(ending(detail, transcript.takeLastError()), detail.code === 1000 || detail.code === 1005 ? "info" : "bad");
    welcome.hidden = true;
  });
  conversation.addEventListener("interrupted", ({ detail }) => transcript.interrupted(detail));
  signal.addEventListener("abort", () => {
    conversation.close();
    document.body.classList.remove("talking");
  });
  chosen.ready.catch((error) => transcript.note(reason(error), "bad"));
  showState("idle");

  const body = h("div", { class: "playground-body" },
    h("section", { class: "conversation", "aria-label": t("talk.conversation") }, welcome, transcript.element,
      h("div", {}, change, input.element)));
  layOut(body, settings.element, log.element, signal);
  // Nobody is listened to on a page that does not show it; the session itself goes on.
  return h("div", { class: "playground", onviewhidden: () => conversation.stopListening().catch(() => {}).then(input.show),
    onviewshown: () => {
      chosen.refresh().catch(complain);
      transcript.element.scrollTop = transcript.element.scrollHeight;
    } },
  h("header", { class: "playground-head" }, h("h1", {}, t("nav.talk")),
    h("div", { class: "target" }, chosen.element), status, power),
  body);
}

/** Settings and events: side by side where there is room for both, behind tabs elsewhere. */
function layOut(body, settings, events, signal) {
  const room = matchMedia("(min-width: 104rem)");
  const panel = (words, ...content) => h("aside", { class: "side-panel", "aria-label": words }, content);
  const titled = (words, content) => panel(words, h("div", { class: "tabbed" }, h("h2", {}, words),
    h("div", { class: "tab-panel" }, content)));

  function lay() {
    for (const old of body.querySelectorAll(".side-panel")) old.remove();
    body.classList.toggle("wide", room.matches);
    if (room.matches) body.append(titled(t("talk.settings"), settings), titled(t("talk.events"), events));
    else body.append(panel(t("talk.side"), tabs(t("talk.side"), [["settings", t("talk.settings"), () => settings],
      ["events", t("talk.events"), () => events]]).element));
  }

  room.addEventListener("change", lay, { signal });
  lay();
}

function welcomeNote(say) {
  const ideas = ["talk.idea1", "talk.idea2", "talk.idea3"];
  return h("div", { class: "welcome" }, h("h2", {}, t("talk.welcome")), h("p", { class: "soft" }, t("talk.welcomeHow")),
    h("ul", { class: "ideas" }, ideas.map((idea) => h("li", {},
      button(t(idea), { onclick: () => say(t(idea)).catch(() => {}) })))));
}
