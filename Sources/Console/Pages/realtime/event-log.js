// Every event of a session, with direction, size and time. Sound is left out of what is kept: a minute of it is
// megabytes, and nobody reads base64. Both what is kept and what is drawn are bounded.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { bytes, duration } from "../core/format.js";
import { save } from "../core/api.js";
import { button, iconButton } from "../components/button.js";
import { copyButton } from "../components/copy.js";
import { checkField } from "../components/field.js";

const KEPT = 5_000;
const DRAWN = 400;
const LONG_TEXT = 512;
const SOUND = new Set(["audio", "delta"]);

/** The same event without its sound. */
function withoutSound(event) {
  return JSON.parse(JSON.stringify(event, (name, value) =>
    typeof value === "string" && SOUND.has(name) && value.length > LONG_TEXT && /^[A-Za-z0-9+/=]+$/.test(value)
      ? `(${value.length} base64)` : value));
}

export class EventLog {
  #entries = [];
  #start = null;
  #redraw = null;

  constructor() {
    this.list = h("ol", { class: "events", tabindex: 0, "aria-label": t("log.label") });
    this.filter = h("input", { class: "input", type: "search", placeholder: t("log.filter"), "aria-label": t("log.filter"),
      oninput: () => this.#draw() });
    this.direction = h("select", { class: "input", "aria-label": t("log.direction"), onchange: () => this.#draw() },
      [["", t("log.both")], ["out", t("log.sent")], ["in", t("log.received")]].map(([value, words]) =>
        h("option", { value }, words)));
    this.quiet = checkField(t("log.quiet"), { value: true });
    this.quiet.control.addEventListener("change", () => this.#draw());
    this.total = h("p", { class: "faint small", "aria-live": "off" });
    this.element = h("div", { class: "event-log" },
      h("div", { class: "log-tools" }, this.filter, this.direction),
      h("div", { class: "log-tools" }, this.quiet.element,
        iconButton(t("log.export"), "download", { onclick: () => this.#export() }),
        iconButton(t("log.clear"), "trash", { onclick: () => this.clear() })),
      this.total, this.list);
    this.#count();
  }

  take({ outgoing, event, bytes: size, at }) {
    this.#start ??= at;
    const entry = { outgoing, type: event.type ?? "?", size, at: at - this.#start, event: withoutSound(event) };
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.splice(0, this.#entries.length - KEPT);
    if (this.#fits(entry)) this.#add(entry);
    this.#count();
  }

  clear() {
    this.#entries = [];
    this.#start = null;
    this.#draw();
  }

  #fits(entry) {
    const wanted = this.filter.value.trim().toLowerCase();
    return (!this.direction.value || (this.direction.value === "out") === entry.outgoing)
      && (!this.quiet.value() || !/\.append$|audio\.delta$/.test(entry.type))
      && (!wanted || entry.type.includes(wanted) || JSON.stringify(entry.event).toLowerCase().includes(wanted));
  }

  #add(entry) {
    const follows = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    this.list.append(this.#row(entry));
    while (this.list.childElementCount > DRAWN) this.list.firstElementChild.remove();
    if (follows) this.list.scrollTop = this.list.scrollHeight;
  }

  #row(entry) {
    const details = h("details", { class: entry.outgoing ? "event out" : "event in" },
      h("summary", {},
        h("span", { class: "arrow", "aria-hidden": "true" }, entry.outgoing ? "↑" : "↓"),
        h("span", { class: "hidden-text" }, entry.outgoing ? t("log.sent") : t("log.received")),
        h("span", { class: entry.type === "error" ? "type bad-text" : "type" }, entry.type),
        h("span", { class: "faint" }, bytes(entry.size)), h("span", { class: "faint time" }, `+${duration(entry.at)}`)));
    // The body is made when somebody looks.
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      const text = JSON.stringify(entry.event, null, 2);
      details.append(h("div", { class: "event-body" }, copyButton(text), h("pre", { class: "code" }, text)));
    });
    return h("li", {}, details);
  }

  /** Typing redraws once a frame. */
  #draw() {
    this.#redraw ??= requestAnimationFrame(() => {
      this.#redraw = null;
      this.list.replaceChildren(...this.#entries.filter((entry) => this.#fits(entry)).slice(-DRAWN)
        .map((entry) => this.#row(entry)));
      this.list.scrollTop = this.list.scrollHeight;
      this.#count();
    });
  }

  #count() {
    const sum = (outgoing) => this.#entries.filter((entry) => entry.outgoing === outgoing).length;
    this.total.textContent = t("log.total", { sent: sum(true), received: sum(false) });
  }

  #export() {
    const lines = this.#entries.map(({ outgoing, at, size, event }) =>
      JSON.stringify({ direction: outgoing ? "sent" : "received", at_ms: Math.round(at), bytes: size, event }));
    save(new Blob([lines.join("\n"), "\n"], { type: "application/x-ndjson" }), "events.jsonl");
  }
}
