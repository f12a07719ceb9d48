// What was used: sums, charts over time, and the rows they are made of.

import { h, replace } from "../core/dom.js";
import { t } from "../core/words.js";
import { api, address, download } from "../core/api.js";
import { bearer } from "../core/credential.js";
import { isAdmin, isKey } from "../core/caller.js";
import { names } from "../core/names.js";
import { compact, count, duration, money } from "../core/format.js";
import { button, busy } from "../components/button.js";
import { icon } from "../components/icon.js";
import { lost } from "../components/lost.js";
import { selectField, textField } from "../components/field.js";
import { page, section } from "../components/page.js";
import { table } from "../components/table.js";
import { complain } from "../components/toast.js";
import { usageCharts } from "../usage/charts.js";
import { usageRows } from "../usage/rows.js";

const RANGES = [["24h", "hour"], ["7d", "hour"], ["30d", "day"], ["90d", "day"]];
/** Sums that are shown before somebody asks for all of them. */
const SUMS = 20;
const STATUSES = ["completed", "cancelled", "incomplete", "failed", "client_gone", "upstream_lost", "ended"];

export function usageView(signal) {
  const range = selectField(t("usage.range"), RANGES.map(([age]) => [age, t(`range.${age}`)]), { value: "24h" });
  const by = selectField(t("usage.by"), ["model", !isKey() && "key", isAdmin() && "account", "upstream"].filter(Boolean)
    .map((name) => [name, t(`by.${name}`)]), { value: "model" });
  const model = textField(t("sessions.model"), { type: "search", placeholder: t("keys.all") });
  const key = selectField(t("by.key"), [["", t("keys.all")]]);
  const status = selectField(t("keys.status"), [["", t("keys.all")], ...STATUSES.map((id) => [id, t(`status.${id}`)])]);
  const tiles = h("dl", { class: "tiles" });
  const charts = h("div", { class: "chart-grid" });
  const groups = h("div", {});
  const trouble = h("div", { role: "alert", class: "trouble" });
  // Dimmed while it shows what an earlier question came to.
  const results = h("div", { class: "results" },
    tiles, h("section", { "aria-labelledby": "usage-charts" }, h("h2", { class: "hidden-text", id: "usage-charts" }, t("usage.charts")), charts),
    section(t("usage.groups"), {}, groups));
  let asking = null;
  /** Asked once, and again after it failed. */
  const known = () => (asking ??= names().then((found) => {
    key.offer([["", t("keys.all")], ...found.keys.map((entry) => [entry.id, entry.name])], "");
    return found;
  }, (error) => {
    asking = null;
    throw error;
  }));
  const rows = usageRows(known, signal);

  /** What all questions have in common. */
  const filter = () => ({ since: range.value(), model: model.value(), key: key.value(), status: status.value() });
  const interval = () => RANGES.find(([age]) => age === range.value())[1];
  const label = (found, id) => ({ key: found.key(id), account: found.account(id) })[by.value()] ?? (id || t("usage.none"));

  let asked = null;
  /** Begins a question, and ends the one before. */
  function begin() {
    asked?.abort();
    asked = new AbortController();
    results.setAttribute("aria-busy", "true");
    rows.wait();
    return asked;
  }

  async function load() {
    const mine = begin();
    const ends = AbortSignal.any([signal, mine.signal]);
    const wanted = { ...filter(), by: by.value() };
    if (csv.href) csv.href = address("/api/usage.csv", filter());
    try {
      const [found, parts, sums] = await Promise.all([known(), api.get("/api/usage", { ...wanted, interval: interval() }, ends),
        api.get("/api/usage", wanted, ends), rows.load(filter(), ends)]);
      if (mine !== asked) return;
      replace(trouble);
      showTiles(sums.total);
      replace(charts, usageCharts({ parts: parts.series, since: range.value(), interval: interval(), label: (id) => label(found, id) }));
      replace(groups, groupTable(sums.series, (id) => label(found, id)));
      results.hidden = false;
      results.removeAttribute("aria-busy");
    } catch (error) {
      if (mine !== asked || error.name === "AbortError") return;
      // Figures of another question are worse than none.
      results.hidden = true;
      lost(trouble, error, load);
    }
  }

  function showTiles(total) {
    const tile = (words, value, note) => h("div", { class: "tile" }, h("dt", {}, words), h("dd", {}, value, note && h("small", {}, note)));
    replace(tiles, tile(t("usage.cost"), money(total.cost_usd)), tile(t("usage.requests"), count(total.requests)),
      tile(t("usage.errors"), count(total.errors), total.requests ? t("usage.share", { n: ((total.errors / total.requests) * 100).toFixed(1) }) : ""),
      tile(t("usage.tokens"), compact(total.tokens.total), t("usage.inOut", { input: compact(total.tokens.input), output: compact(total.tokens.output) })),
      tile(t("usage.firstByte"), duration(total.first_byte_p50_ms), t("usage.p95", { time: duration(total.first_byte_p95_ms) })));
  }

  function groupTable(sums, name) {
    const list = table({
      caption: t("usage.groups"), id: (sum) => sum.group, empty: t("usage.nothing"),
      columns: [
        { words: t(`by.${by.value()}`), cell: (sum) => name(sum.group) },
        { words: t("usage.requests"), kind: "number", cell: (sum) => count(sum.requests) },
        { words: t("usage.errors"), kind: "number", cell: (sum) => count(sum.errors) },
        ...["input", "cached", "output"].map((part) => ({ words: t(`tokens.${part}`), kind: "number", cell: (sum) => compact(sum.tokens[part]) })),
        { words: t("usage.firstByte"), kind: "number", cell: (sum) => `${duration(sum.first_byte_p50_ms)} · ${duration(sum.first_byte_p95_ms)}` },
        { words: t("usage.cost"), kind: "number", cell: (sum) => money(sum.cost_usd) },
      ],
    });
    const sorted = [...sums].sort((one, other) => other.cost_usd - one.cost_usd || other.requests - one.requests);
    list.update(sorted.slice(0, SUMS));
    if (sorted.length <= SUMS) return list.element;
    const more = h("div", { class: "pager" }, h("span", { class: "faint" }, t("usage.firstSums", { n: SUMS, all: count(sorted.length) })),
      button(t("usage.allSums", { n: count(sorted.length) }), { onclick: () => {
        list.update(sorted);
        list.element.classList.add("tall");
        list.element.focus();
        more.remove();
      } }));
    return [list.element, more];
  }

  let later;
  for (const field of [range, by, model, key, status]) {
    field.control.addEventListener("input", () => {
      clearTimeout(later);
      rows.reset();
      begin();
      later = setTimeout(load, field === model ? 300 : 0);
    });
  }
  signal.addEventListener("abort", () => clearTimeout(later));
  // A link streams to the disk, which may be a million rows; what shows a key in a field of its own cannot be a link.
  const csv = bearer() ? button(t("usage.csv"), { icon: "download", onclick: () =>
    busy(csv, () => download("/api/usage.csv", filter(), "usage.csv")).catch(complain) })
    : h("a", { class: "button plain", href: address("/api/usage.csv", filter()), download: "usage.csv" }, icon("download"),
      h("span", {}, t("usage.csv")));
  load();
  return page(t("nav.usage"), { intro: t("usage.intro"), actions: [button(t("usage.refresh"), { onclick: load }), csv] },
    h("div", { class: "filters" }, [range, by, model, !isKey() && key, status].filter(Boolean).map((field) => field.element)),
    trouble, results, section(t("usage.rows"), {}, rows.element));
}
