// The ledger's rows, page by page, newest first.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { api } from "../core/api.js";
import { count, duration, money, moment } from "../core/format.js";
import { badge } from "../components/badge.js";
import { pager } from "../components/pager.js";
import { table } from "../components/table.js";

const PAGE = 50;
const KIND = { completed: "good", cancelled: "idle", client_gone: "idle", incomplete: "warn", ended: "warn" };

/** `load(filter, ends)` shows the page of a filter; `known()` comes to the names of keys; `wait()` dims what is shown. */
export function usageRows(known, signal) {
  let filter = {};
  let found = null;
  const list = table({
    caption: t("usage.rows"), id: (row) => row.number, empty: t("usage.nothing"),
    columns: [
      { words: t("usage.when"), cell: (row) => h("span", { class: "nowrap" }, moment(row.started_at)) },
      { words: t("sessions.model"), cell: (row) => row.model },
      { words: t("by.key"), cell: (row) => found.key(row.key) },
      { words: t("usage.kind"), cell: (row) => t(`kind.${row.kind}`) },
      { words: t("keys.status"), cell: (row) => [badge(t(`status.${row.status}`), KIND[row.status] ?? "bad"),
        row.http_status >= 400 && ` ${row.http_status}`] },
      { words: t("sessions.upstream"), cell: (row) => row.upstream || "–" },
      { words: t("usage.firstByte"), kind: "number", cell: (row) => duration(row.first_byte_ms) },
      { words: t("usage.duration"), kind: "number", cell: (row) => duration(row.duration_ms) },
      { words: t("tokens.input"), kind: "number", cell: (row) => count(row.tokens.input) },
      { words: t("tokens.output"), kind: "number", cell: (row) => count(row.tokens.output) },
      { words: t("usage.cost"), kind: "number", cell: (row) => (row.estimated ? t("usage.estimated", { cost: money(row.cost_usd) })
        : money(row.cost_usd)) },
    ],
  });
  let asked = null;
  const pages = pager(() => load(filter, signal));
  const element = h("div", { class: "results" }, list.element, pages.element);
  const wait = () => element.setAttribute("aria-busy", "true");

  async function load(wanted, ends) {
    asked?.abort();
    const mine = (asked = new AbortController());
    filter = wanted;
    wait();
    try {
      found = await known();
      const { entries, next } = await api.page("/api/usage/rows", { ...filter, limit: PAGE, cursor: pages.cursor() },
        AbortSignal.any([ends, mine.signal]));
      list.update(entries);
      pages.show(next);
      element.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name === "AbortError" || mine !== asked) return;
      // Rows of another question are worse than none.
      list.update([]);
      list.fail(error, () => load(filter, signal));
      element.removeAttribute("aria-busy");
    }
  }

  return { element, load, wait, reset: pages.reset };
}
