// Paging by cursor: forwards as far as there is more, and back along the way one came.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { button } from "./button.js";

/** `onchange` is called when another page is wanted; `cursor()` says which. */
export function pager(onchange) {
  let before = [];
  let current = null;
  let next = null;
  const back = button(t("pager.newer"), { onclick: () => move(() => (current = before.pop())) });
  const forth = button(t("pager.older"), { onclick: () => move(() => { before.push(current); current = next; }) });
  const place = h("span", { class: "faint", role: "status" });
  const element = h("div", { class: "pager", hidden: true }, back, place, forth);

  function move(change) {
    change();
    onchange();
  }

  return {
    element,
    cursor: () => current,
    reset() {
      before = [];
      current = null;
    },
    /** `following` is the cursor behind the page that is shown, or null. */
    show(following) {
      next = following;
      element.hidden = !following && before.length === 0;
      back.disabled = before.length === 0;
      forth.disabled = !following;
      place.textContent = t("pager.page", { n: before.length + 1 });
    },
  };
}
