// Both sides of a conversation, item by item, as the session's events tell them: GA names and the older ones alike
// (protocol: realtime §5, §11). What a turn cost stands under it.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { count, duration, money } from "../core/format.js";
import { button } from "../components/button.js";
import { refusalWords } from "../components/toast.js";
import { areaField } from "../components/field.js";
import { classes } from "./turn.js";

const ITEMS = 500;

/** `onanswer(callID, output)` is called when somebody gives a function's result. */
export class Transcript {
  #items = new Map();
  #lastOfResponse = new Map();
  #lastError = null;

  constructor(onanswer) {
    this.onanswer = onanswer;
    this.element = h("ol", { class: "transcript", role: "log", "aria-label": t("talk.transcript"), tabindex: 0 });
  }

  get isEmpty() {
    return this.#items.size === 0;
  }

  clear() {
    this.#items.clear();
    this.#lastOfResponse.clear();
    this.element.replaceChildren();
  }

  take(event) {
    if (event.response_id && event.item_id) this.#lastOfResponse.set(event.response_id, event.item_id);
    switch (event.type) {
      case "conversation.item.added":
      case "conversation.item.created":
      case "conversation.item.done":
        this.#show(event.item);
        break;
      case "input_audio_buffer.speech_started":
        this.#message(event.item_id, "user").hint(t("talk.listening"));
        break;
      case "conversation.item.input_audio_transcription.delta":
        this.#message(event.item_id, "user").add(event.delta);
        break;
      case "conversation.item.input_audio_transcription.completed":
        this.#message(event.item_id, "user").set(event.transcript || t("talk.nothingHeard"));
        break;
      case "conversation.item.input_audio_transcription.failed":
        this.#message(event.item_id, "user").hint(event.error ? refusalWords(event.error) : t("talk.notTranscribed"));
        break;
      case "input_audio_buffer.committed":
        this.#message(event.item_id, "user").hint(t("talk.spoken"));
        break;
      case "response.output_text.delta":
      case "response.text.delta":
      case "response.output_audio_transcript.delta":
      case "response.audio_transcript.delta":
        this.#message(event.item_id, "assistant").add(event.delta);
        break;
      case "response.function_call_arguments.delta":
        this.#call(event.item_id)?.add(event.delta);
        break;
      case "response.function_call_arguments.done":
        this.#call(event.item_id)?.finish(event.call_id, event.arguments);
        break;
      case "error":
        this.#lastError = this.note(refusalWords(event.error ?? {}), "bad");
        break;
    }
    this.#follow();
  }

  note(words, kind = "info") {
    const element = h("li", { class: `note ${kind}` }, words);
    this.element.append(element);
    this.#follow();
    return element;
  }

  /** Takes back the error that was the last thing said: whoever tells the end tells it, once. Null where there was none. */
  takeLastError() {
    const error = this.#lastError;
    this.#lastError = null;
    if (!error || error !== this.element.lastElementChild) return null;
    error.remove();
    return error.textContent;
  }

  interrupted({ item, milliseconds }) {
    this.#items.get(item)?.mark?.(t("talk.interruptedAt", { time: duration(milliseconds) }));
  }

  /** News of a turn; `cost` is there once the ledger has it. */
  turn(turn, cost) {
    const item = this.#items.get(this.#lastOfResponse.get(turn.id));
    if (!item) return;
    const facts = [
      turn.firstText !== null && [t("turn.firstText"), duration(turn.firstText)],
      turn.firstAudio !== null && [t("turn.firstAudio"), duration(turn.firstAudio)],
      ...classes(turn.usage).map(([name, tokens]) => [t(`tokens.${name}`), count(tokens)]),
      cost !== undefined && [t("turn.cost"), money(cost)],
      !["completed", "in_progress"].includes(turn.status)
        && [t(`status.${turn.status}`), turn.details?.error?.message ?? turn.details?.reason ?? ""],
    ].filter(Boolean);
    item.facts.replaceChildren(...facts.map(([name, value]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  #show(item) {
    if (item.type === "function_call") return this.#makeCall(item);
    if (item.type === "function_call_output") return;
    if (item.type !== "message" || this.#items.has(item.id)) {
      const text = this.#text(item);
      if (item.type === "message" && item.status === "completed" && text) this.#items.get(item.id).settle(text);
      return;
    }
    const message = this.#message(item.id, item.role);
    const text = this.#text(item);
    if (text) message.set(text);
  }

  #text(item) {
    return (item.content ?? []).map((part) => part.text ?? part.transcript ?? "").join("");
  }

  #message(id, role) {
    const known = this.#items.get(id);
    if (known) return known;
    const words = h("p", { class: "words" });
    const facts = h("dl", { class: "facts" });
    const mark = h("p", { class: "mark-note", hidden: true });
    const element = h("li", { class: `item ${role}` }, h("span", { class: "speaker" }, t(`talk.role.${role}`)), words, mark, facts);
    let text = "";
    const message = {
      element,
      facts,
      add(delta) {
        text += delta;
        words.classList.remove("pending");
        words.textContent = text;
      },
      set(whole) {
        text = whole;
        words.classList.remove("pending");
        words.textContent = text;
      },
      /** The whole text at the end of an item: shown where no deltas were. */
      settle(whole) {
        if (!text) this.set(whole);
      },
      hint(note) {
        if (text) return;
        words.classList.add("pending");
        words.textContent = note;
      },
      mark(note) {
        mark.textContent = note;
        mark.hidden = false;
      },
    };
    this.#keep(id, message);
    return message;
  }

  #call(id) {
    return this.#items.get(id);
  }

  #makeCall(item) {
    if (this.#items.has(item.id)) return;
    const given = h("pre", { class: "code" });
    const facts = h("dl", { class: "facts" });
    const output = areaField(t("call.result"), { value: '{"ok": true}', rows: 2 });
    const send = button(t("call.send"), { kind: "primary", disabled: true });
    const form = h("form", { class: "call-form", onsubmit: (event) => event.preventDefault() }, output.element, send);
    const element = h("li", { class: "item call" }, h("span", { class: "speaker" }, t("call.asks")),
      h("p", { class: "words" }, h("code", {}, item.name)), given, form, facts);
    let text = "";
    let callID = item.call_id;
    send.addEventListener("click", () => {
      this.onanswer(callID, output.value());
      send.disabled = true;
      output.control.readOnly = true;
    });
    this.#keep(item.id, {
      element,
      facts,
      add(delta) {
        text += delta;
        given.textContent = text;
      },
      finish(id, whole) {
        callID = id ?? callID;
        given.textContent = pretty(whole ?? text);
        send.disabled = false;
      },
    });
  }

  #keep(id, item) {
    this.#items.set(id, item);
    this.element.append(item.element);
    if (this.#items.size <= ITEMS) return;
    const [oldest, first] = this.#items.entries().next().value;
    first.element.remove();
    this.#items.delete(oldest);
  }

  /** Keeps the newest in sight, unless somebody reads further up. */
  #follow() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    if (scrollHeight - scrollTop - clientHeight < 240) this.element.scrollTop = scrollHeight;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
