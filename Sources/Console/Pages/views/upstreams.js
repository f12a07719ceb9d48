// The providers and how they are doing, and the models that lead to them.

import { h } from "../core/dom.js";
import { has, t } from "../core/words.js";
import { api } from "../core/api.js";
import { isAdmin } from "../core/caller.js";
import { ago, compact, count, duration, moment } from "../core/format.js";
import { badge } from "../components/badge.js";
import { button } from "../components/button.js";
import { textField } from "../components/field.js";
import { page, section } from "../components/page.js";
import { poll } from "../components/poll.js";
import { table } from "../components/table.js";
import { complain } from "../components/toast.js";

const REFRESH_MS = 5_000;
const STATE = { healthy: "good", degraded: "warn", failing: "bad", unknown: "idle" };
/** Of a provider key's breaker. */
const BREAKER = { closed: "good", half_open: "warn", open: "bad", disabled: "bad" };
/** Prices are told per 1,000 tokens and read per million. */
const PER_MILLION = 1_000;

export function upstreamsView(signal) {
  const parts = [modelList(signal)];
  if (isAdmin()) parts.unshift(upstreamList(signal));
  return page(t("nav.upstreams"), { intro: t("upstreams.intro") }, parts);
}

function upstreamList(signal) {
  const list = table({
    caption: t("upstreams.title"), id: (upstream) => upstream.name,
    columns: [
      { words: t("upstreams.name"), cell: (upstream) => [h("span", {}, upstream.name), " ",
        h("small", { class: "faint" }, upstream.base_url)] },
      { words: t("upstreams.state"), cell: (upstream) => badge(has(`upstreamState.${upstream.state}`)
        ? t(`upstreamState.${upstream.state}`) : upstream.state, STATE[upstream.state] ?? "idle") },
      { words: t("upstreams.keys"), cell: providerKeys },
      { words: t("upstreams.dialect"), cell: (upstream) => upstream.dialect },
      { words: t("upstreams.calls"), kind: "number", cell: (upstream) => count(upstream.successes + upstream.failures) },
      { words: t("upstreams.errors"), kind: "number", cell: errorRate },
      { words: t("upstreams.latency"), kind: "number",
        cell: (upstream) => `${duration(upstream.latency_p50_ms)} · ${duration(upstream.latency_p95_ms)}` },
      { words: t("upstreams.lastSuccess"), cell: (upstream) => h("span", { title: moment(upstream.last_success_at) }, ago(upstream.last_success_at)) },
      { words: t("upstreams.lastError"), cell: (upstream) => upstream.last_error
        ? [h("code", {}, upstream.last_error), " ", h("small", { class: "faint" }, ago(upstream.last_failure_at))] : "–" },
    ],
  });
  const refresh = poll(async () => {
    try {
      list.update(await api.get("/api/upstreams", {}, signal));
    } catch (error) {
      list.fail(error, refresh);
    }
  }, REFRESH_MS, signal);

  /** How each of our keys at the provider stands; one that is out of use can be put back. */
  function providerKeys(upstream, row) {
    const told = JSON.stringify(upstream.keys);
    // Made anew only when it differs: a button that somebody is about to press stays the same button.
    if (row.told === told) return row.keys;
    row.told = told;
    row.keys = h("ul", { class: "provider-keys" }, upstream.keys.map((key) => h("li", { class: "actions" },
      badge(t(`breaker.${key.state}`, { n: key.index + 1 }), BREAKER[key.state]),
      key.open_until && h("small", { class: "faint", title: moment(key.open_until) }, t("upstreams.until", { time: ago(key.open_until) })),
      key.excluded_models.length > 0 && h("small", { class: "faint" },
        t("upstreams.without", { models: key.excluded_models.map((entry) => entry.model).join(", ") })),
      (key.state !== "closed" || key.excluded_models.length > 0) && button(t("upstreams.enable"), { class: "button plain small",
        onclick: () => enable(upstream.name, key.index) }))));
    return row.keys;
  }

  async function enable(name, index) {
    try {
      await api.post(`/api/upstreams/${encodeURIComponent(name)}/keys/${index}/enable`);
      refresh();
    } catch (error) {
      complain(error);
    }
  }

  return section(t("upstreams.title"), {}, list.element);
}

function errorRate(upstream) {
  const all = upstream.successes + upstream.failures;
  if (all === 0) return "–";
  const share = (upstream.failures / all) * 100;
  return `${share.toFixed(share > 0 && share < 10 ? 1 : 0)} %`;
}

function modelList(signal) {
  let all = [];
  const search = textField(t("models.search"), { type: "search" });
  const list = table({
    caption: t("models.title"), id: (model) => model.id, empty: t("models.none"),
    columns: [
      { words: t("models.id"), cell: (model) => [h("span", {}, model.id), " ", h("small", { class: "faint" }, model.owned_by)] },
      { words: t("models.can"), cell: (model) => h("span", { class: "actions" }, model.capabilities.map((name) =>
        h("span", { class: "badge" }, has(`capability.${name}`) ? t(`capability.${name}`) : name))) },
      { words: t("models.context"), kind: "number", cell: (model) => (model.context_length ? compact(model.context_length) : "–") },
      { words: t("models.pricing"), cell: prices },
      { words: t("keys.limits"), cell: (model) => [model.limits.rpm && t("keys.rpmShort", { n: count(model.limits.rpm) }),
        model.limits.tpm && t("keys.tpmShort", { n: count(model.limits.tpm) })].filter(Boolean).join(" · ") || "–" },
      isAdmin() && { words: t("models.routes"), cell: (model) => h("ol", {}, [...model.routes]
        .sort((one, other) => one.priority - other.priority).map((route) =>
          h("li", { class: "nowrap" }, `${route.upstream} / ${route.model}`,
            model.routes.length > 1 && h("small", { class: "faint" }, ` ${t("models.route", route)}`)))) },
    ].filter(Boolean),
  });
  const draw = () => {
    const wanted = (search.value() ?? "").toLowerCase();
    list.update(all.filter((model) => `${model.id} ${model.owned_by}`.toLowerCase().includes(wanted)));
  };
  search.control.addEventListener("input", draw);
  const load = () => api.get("/api/models", {}, signal).then((models) => {
    all = models;
    draw();
  }).catch((error) => list.fail(error, load));
  load();
  return section(t("models.title"), {}, h("div", { class: "filters" }, search.element), list.element);
}

function prices(model) {
  const pairs = Object.entries(model.pricing);
  if (pairs.length === 0) return h("span", { class: "faint" }, t("models.free"));
  return h("dl", { class: "facts" }, pairs.map(([name, value]) => h("div", {},
    h("dt", {}, has(`price.${name}`) ? t(`price.${name}`) : name), h("dd", {}, `$${+(value * PER_MILLION).toFixed(4)}`))));
}
