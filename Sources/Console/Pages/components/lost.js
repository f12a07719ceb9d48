// What stands where something should be that could not be loaded, and the way to try again.

import { h, replace } from "../core/dom.js";
import { t } from "../core/words.js";
import { button } from "./button.js";
import { reason } from "./toast.js";

/** Fills `place` with why it is empty; `retry` asks once more. */
export function lost(place, error, retry) {
  return replace(place, h("p", { class: "lost" }, h("span", {}, t("lost.what", { reason: reason(error) })),
    retry && button(t("lost.again"), { class: "button plain small", onclick: retry })));
}
