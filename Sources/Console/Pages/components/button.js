// Buttons: one with words, one with only an icon (whose words are its label and its tip).

import { h } from "../core/dom.js";
import { icon } from "./icon.js";

/** `kind`: "primary", "plain", "danger" or "ghost". */
export function button(words, { kind = "plain", icon: picture, onclick, type = "button", ...attributes } = {}) {
  return h("button", { type, class: `button ${kind}`, onclick, ...attributes },
    picture && icon(picture), h("span", {}, words));
}

export function iconButton(words, picture, { kind = "ghost", onclick, ...attributes } = {}) {
  return h("button", { type: "button", class: `button icon-only ${kind}`, title: words, "aria-label": words, onclick,
    ...attributes }, icon(picture));
}

/** Keeps a button from being pressed again while its work is under way. */
export async function busy(element, work) {
  element.disabled = true;
  element.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    element.disabled = false;
    element.removeAttribute("aria-busy");
  }
}
