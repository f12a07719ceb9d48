// Elements made in code. Text is always set as text: there is no way from a string to markup, and the content security
// policy (trusted types) holds the browser to that.

/**
 * Makes an element. `attributes` may hold `class`, `on…` listeners, `dataset`, properties such as `value`, and
 * attributes; false, null and undefined leave one out. Children are nodes, texts, or nested lists of them.
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG's name space. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "readOnly", "indeterminate", "open"]);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
}

/** Replaces what is in an element. */
export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

let lastID = 0;

/** An id for labels and descriptions. */
export function newID(prefix = "e") {
  lastID += 1;
  return `${prefix}-${lastID}`;
}
