// Tables: a caption for screen readers, columns with their own rendering, a row that is a heading. On a phone a table
// scrolls within its frame, which the keyboard can reach.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { lost } from "./lost.js";

/**
 * `columns` are `{ words, cell(entry), kind }`, `kind` "number" to align at the right. `update(entries)` changes rows in
 * place, so that a table that refreshes itself keeps focus and selection; rows are told apart by `id(entry)`. What is not
 * known is not shown as empty: `empty` (a text or nodes) appears with the first update, `fail(error, retry)` says why there is none.
 */
export function table({ caption, columns, id, empty = t("table.empty"), onopen, openWords }) {
  const body = h("tbody");
  const blank = h("div", { class: "blank", hidden: true }, empty);
  const failure = h("div", { class: "failure", role: "alert", hidden: true });
  const element = h("div", { class: "table-frame", tabindex: 0, role: "region", "aria-label": caption },
    h("table", { class: "table" }, h("caption", { class: "hidden-text" }, caption),
      h("thead", {}, h("tr", {}, columns.map((column) =>
        h("th", { scope: "col", class: column.kind }, column.words || h("span", { class: "hidden-text" }, t("table.actions")))))),
      body), blank, failure);
  const rows = new Map();

  function make() {
    const cells = columns.map((column, index) =>
      h(index === 0 ? "th" : "td", { class: column.kind, scope: index === 0 && "row" }));
    return { element: h("tr", {}, cells), cells, entry: null };
  }

  function fill(row, entry) {
    row.entry = entry;
    columns.forEach((column, index) => {
      const content = column.cell(entry, row);
      const cell = row.cells[index];
      if (index === 0 && onopen) {
        const opener = cell.querySelector("button.row-open")
          ?? h("button", { type: "button", class: "row-open", title: openWords, onclick: () => onopen(row.entry) });
        if (!opener.isConnected) cell.replaceChildren(opener);
        opener.replaceChildren(...[content].flat());
      } else if (typeof content === "string") {
        if (cell.textContent !== content) cell.textContent = content;
      } else if (content !== row.cells[index].firstChild) {
        cell.replaceChildren(...[content].flat().filter(Boolean));
      }
    });
  }

  function update(entries) {
    const wanted = new Set(entries.map(id));
    for (const [key, row] of rows) {
      if (!wanted.has(key)) {
        row.element.remove();
        rows.delete(key);
      }
    }
    let place = body.firstElementChild;
    for (const entry of entries) {
      let row = rows.get(id(entry));
      if (!row) {
        row = make();
        rows.set(id(entry), row);
      }
      fill(row, entry);
      if (row.element === place) place = place.nextElementSibling;
      else body.insertBefore(row.element, place);
    }
    blank.hidden = entries.length > 0;
    failure.hidden = true;
  }

  /** What was known before stays; the next update takes the note away. */
  function fail(error, retry) {
    if (error?.name === "AbortError") return;
    blank.hidden = true;
    lost(failure, error, retry);
    failure.hidden = false;
  }

  return { element, update, fail, blank };
}
