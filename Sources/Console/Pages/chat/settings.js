// What goes along with the messages: system prompt, bounds, tools.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { fault } from "../core/fault.js";
import { button } from "../components/button.js";
import { areaField, numberField, row } from "../components/field.js";

const EXAMPLE_TOOL = {
  type: "function",
  function: { name: "get_weather", description: "Tells the weather of a place.",
    parameters: { type: "object", properties: { location: { type: "string" } }, required: ["location"] } },
};

const STORED = "longwire.chat-settings";

/** What was written here before, while the tab lives. */
function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) ?? {};
  } catch {
    return {};
  }
}

/** `request(messages)` gives the members of a request; it throws where the tools are no JSON. */
export function chatSettings() {
  const before = stored();
  const system = areaField(t("chat.system"), { value: before.system ?? "", rows: 5, placeholder: t("chat.systemHint"), spellcheck: "true" });
  const temperature = numberField(t("chat.temperature"), { value: before.temperature ?? null, min: 0, max: 2, step: 0.1, placeholder: "1" });
  const length = numberField(t("chat.maxTokens"), { value: before.length ?? null, placeholder: "∞" });
  const tools = areaField(t("settings.tools"), { value: before.tools ?? "[]", rows: 8, class: "input code-input" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const example = button(t("settings.exampleTool"), { icon: "plus", onclick: () => {
    tools.control.value = JSON.stringify([...parsed(), EXAMPLE_TOOL], null, 2);
    check();
    store();
  } });
  tools.control.addEventListener("input", check);
  for (const field of [system, temperature, length, tools]) field.control.addEventListener("input", store);

  const parsed = () => JSON.parse(tools.value() || "[]");

  function check() {
    try {
      parsed();
      problem.hidden = true;
    } catch (error) {
      problem.textContent = t("settings.notJSON", { reason: fault(error) });
      problem.hidden = false;
    }
  }

  function store() {
    sessionStorage.setItem(STORED, JSON.stringify({ system: system.value(), temperature: temperature.value(),
      length: length.value(), tools: tools.value() }));
  }

  return {
    element: h("div", { class: "form" }, system.element, row(temperature, length), tools.element, problem, h("div", {}, example)),
    request(model, messages) {
      const chosen = parsed();
      const words = system.value().trim();
      return {
        model,
        messages: words ? [{ role: "system", content: words }, ...messages] : messages,
        ...(temperature.value() === null ? {} : { temperature: temperature.value() }),
        ...(length.value() === null ? {} : { max_tokens: length.value() }),
        ...(chosen.length ? { tools: chosen } : {}),
      };
    },
  };
}
