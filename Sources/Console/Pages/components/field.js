// Form fields: a label, a control, a hint. Each gives `element` and `value()`; an empty field is null.

import { h, newID } from "../core/dom.js";

/** Whether a key press belongs to an input method; Safari says so only by the code. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

function labelled(label, control, hint) {
  const id = newID("field");
  control.id = id;
  const note = hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
  if (note) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, note);
}

export function textField(label, { value = "", hint, ...attributes } = {}) {
  const control = h("input", { class: "input", type: "text", value, autocomplete: "off", ...attributes });
  return { element: labelled(label, control, hint), control, value: () => control.value.trim() || null };
}

export function numberField(label, { value = null, hint, step = 1, min = 1, ...attributes } = {}) {
  const control = h("input", { class: "input", type: "number", inputmode: "decimal", value: value ?? "", step, min,
    ...attributes });
  return { element: labelled(label, control, hint), control,
    value: () => (control.value === "" ? null : Number(control.value)) };
}

/** Several texts, separated by commas or line ends. */
export function listField(label, { value = [], ...rest } = {}) {
  const field = textField(label, { value: value.join(", "), ...rest });
  return { ...field, value: () => field.control.value.split(/[\s,，、]+/).filter(Boolean) };
}

export function areaField(label, { value = "", rows = 3, hint, ...attributes } = {}) {
  const control = h("textarea", { class: "input", rows, value, spellcheck: "false", ...attributes });
  return { element: labelled(label, control, hint), control, value: () => control.value };
}

/** `choices` are `[value, words]`, or texts that are both. */
export function selectField(label, choices, { value, hint, ...attributes } = {}) {
  const control = h("select", { class: "input", ...attributes });
  const field = {
    element: labelled(label, control, hint),
    control,
    value: () => control.value || null,
    offer(list, wanted) {
      const pairs = list.map((choice) => (Array.isArray(choice) ? choice : [choice, choice]));
      control.replaceChildren(...pairs.map(([id, words]) => h("option", { value: id }, words)));
      control.value = pairs.some(([id]) => id === wanted) ? wanted : (pairs[0]?.[0] ?? "");
    },
  };
  field.offer(choices, value);
  return field;
}

export function checkField(label, { value = false, hint, ...attributes } = {}) {
  const control = h("input", { type: "checkbox", checked: value, ...attributes });
  return { element: h("label", { class: "check" }, control, h("span", {}, label, hint && h("small", {}, hint))), control,
    value: () => control.checked };
}

/** Fields side by side where there is room. */
export const row = (...fields) => h("div", { class: "field-row" }, fields.map((field) => field.element ?? field));
