// What was used: sums, charts over time, and the rows they are made of.

import { h, replace } from "../core/dom.js";
import { t } from "../core/words.js";
import { api, download } from "../core/api.js";
import { isAdmin, isKey } from "../core/caller.js";
import { names } from "../core/names.js";
import { compact, count, duration, money } from "../core/format.js";
import { button } from "../components/button.js";
import { selectField, textField } from "../components/field.js";
import { page, section } from "../components/page.js";
import { table } from "../components/table.js";
import { complain } from "../components/toast.js";
import { usageCharts } from "../usage/charts.js";
import { usageRows } from "../usage/rows.js";

const RANGES = [["24h", "hour"], ["7d", "hour"], ["30d", "day"], ["90d", "day"]];
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
  const known = names().then((found) => {
    key.offer([["", t("keys.all")], ...found.keys.map((entry) => [entry.id, entry.name])], "");
    return found;
  });
  const rows = usageRows(known, signal);

  /** What all questions have in common. */
  const filter = () => ({ since: range.value(), model: model.value(), key: key.value(), status: status.value() });
  const interval = () => RANGES.find(([age]) => age === range.value())[1];
  const label = (found, id) => ({ key: found.key(id), account: found.account(id) })[by.value()] ?? (id || t("usage.none"));

  let asked = 0;
  async function load() {
    asked += 1;
    const mine = asked;
    try {
      const [found, whole, parts, sums] = await Promise.all([known,
        api.get("/api/usage", { ...filter(), interval: interval() }, signal),
        api.get("/api/usage", { ...filter(), interval: interval(), by: by.value() }, signal),
        api.get("/api/usage", { ...filter(), by: by.value() }, signal), rows.load(filter())]);
      if (mine !== asked) return;
      showTiles(whole.total);
      replace(charts, usageCharts({ whole: whole.series, parts: parts.series, since: range.value(), interval: interval(),
        label: (id) => label(found, id) }));
      replace(groups, groupTable(sums.series, (id) => label(found, id)));
    } catch (error) {
      if (mine === asked) complain(error);
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
    list.update([...sums].sort((one, other) => other.cost_usd - one.cost_usd || other.requests - one.requests));
    return list.element;
  }

  let later;
  for (const field of [range, by, model, key, status]) {
    field.control.addEventListener("input", () => {
      clearTimeout(later);
      rows.reset();
      later = setTimeout(load, field === model ? 300 : 0);
    });
  }
  load();
  const csv = button(t("usage.csv"), { icon: "download", onclick: () =>
    download("/api/usage.csv", filter(), "usage.csv").catch(complain) });
  return page(t("nav.usage"), { intro: t("usage.intro"), actions: [button(t("usage.refresh"), { onclick: load }), csv] },
    h("div", { class: "filters" }, [range, by, model, !isKey() && key, status].filter(Boolean).map((field) => field.element)),
    tiles, h("section", { "aria-labelledby": "usage-charts" }, h("h2", { class: "hidden-text", id: "usage-charts" }, t("usage.charts")), charts),
    section(t("usage.groups"), {}, groups), section(t("usage.rows"), {}, rows.element));
}
