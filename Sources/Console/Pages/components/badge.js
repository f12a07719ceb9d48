// A state in a word, with a shape beside the colour.

import { h } from "../core/dom.js";

const SHAPES = { good: "●", warn: "▲", bad: "■", info: "◆", idle: "○" };

/** `kind`: good, warn, bad, info or idle. */
export function badge(words, kind = "idle") {
  return h("span", { class: `badge ${kind}` }, h("span", { "aria-hidden": "true" }, SHAPES[kind]), " ", words);
}
