// The messages of a chat as they are drawn. What they are is `messages`, in the shape that the API takes.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { count, duration, money } from "../core/format.js";
import { button } from "../components/button.js";
import { areaField } from "../components/field.js";

/** `onanswer()` is called once every call of an answer has a result. */
export class Thread {
  messages = [];

  constructor(onanswer) {
    this.onanswer = onanswer;
    this.element = h("ol", { class: "transcript", role: "log", "aria-label": t("talk.transcript"), tabindex: 0 });
  }

  clear() {
    this.messages = [];
    this.element.replaceChildren();
  }

  user(text, urls) {
    const content = urls.length === 0 ? text
      : [...(text ? [{ type: "text", text }] : []), ...urls.map((url) => ({ type: "image_url", image_url: { url } }))];
    this.messages.push({ role: "user", content });
    this.#add(h("li", { class: "item user" }, h("span", { class: "speaker" }, t("talk.role.user")),
      urls.length > 0 && h("div", { class: "images" }, urls.map((url) => h("img", { src: url, alt: t("chat.picture") }))),
      text && h("p", { class: "words" }, text)));
  }

  /** A place for an answer: `show(answer)` while it comes, `end(answer)` when it is there, `fail(words)`. */
  assistant() {
    const words = h("p", { class: "words pending" }, t("chat.thinking"));
    const calls = h("div", {});
    const facts = h("dl", { class: "facts" });
    this.#add(h("li", { class: "item assistant" }, h("span", { class: "speaker" }, t("talk.role.assistant")), words, calls, facts));
    return {
      show: (answer) => {
        if (!answer.content && answer.calls.length === 0) return;
        words.classList.remove("pending");
        words.textContent = answer.content;
        this.#follow();
      },
      end: (answer) => {
        words.classList.remove("pending");
        words.textContent = answer.content;
        this.messages.push({ role: "assistant", content: answer.content || null,
          ...(answer.calls.length ? { tool_calls: answer.calls.map((call) => ({ id: call.id, type: "function",
            function: { name: call.name, arguments: call.arguments } })) } : {}) });
        if (answer.calls.length) this.#ask(answer.calls);
        tellFacts(facts, answer);
        this.#follow();
      },
      cost: (answer, cost) => tellFacts(facts, answer, cost),
      fail: (note) => {
        words.classList.remove("pending");
        words.classList.add("bad-text");
        words.textContent = note;
      },
    };
  }

  /** Results by hand, one for each call. */
  #ask(calls) {
    const fields = calls.map((call) => ({ call, output: areaField(t("call.result"), { value: '{"ok": true}', rows: 2 }) }));
    const send = button(t("call.send"), { kind: "primary", onclick: () => {
      send.disabled = true;
      for (const { call, output } of fields) {
        output.control.readOnly = true;
        this.messages.push({ role: "tool", tool_call_id: call.id, content: output.value() });
      }
      this.onanswer();
    } });
    this.#add(h("li", { class: "item call" }, h("span", { class: "speaker" }, t("call.asks")),
      fields.map(({ call, output }) => h("div", { class: "call-form" }, h("code", {}, call.name),
        h("pre", { class: "code" }, call.arguments), output.element)), h("div", {}, send)));
  }

  #add(element) {
    this.element.append(element);
    this.#follow();
  }

  #follow() {
    this.element.scrollTop = this.element.scrollHeight;
  }
}

function tellFacts(facts, answer, cost) {
  const usage = answer.usage ?? {};
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const pairs = [
    answer.firstText !== null && [t("turn.firstText"), duration(answer.firstText)],
    answer.total !== null && [t("turn.total"), duration(answer.total)],
    usage.prompt_tokens !== undefined && [t("tokens.input"), count(usage.prompt_tokens)],
    cached > 0 && [t("tokens.cached"), count(cached)],
    usage.completion_tokens !== undefined && [t("tokens.output"), count(usage.completion_tokens)],
    cost !== undefined && [t("turn.cost"), money(cost)],
    answer.finish && !["stop", "tool_calls"].includes(answer.finish) && [t("chat.finish"), answer.finish],
  ].filter(Boolean);
  facts.replaceChildren(...pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
