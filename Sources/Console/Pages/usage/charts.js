// The charts of the usage page, from the sums that the API gives: steps without anything are missing there and zero here.

import { t, locale } from "../core/words.js";
import { compact, duration, money } from "../core/format.js";
import { lineChart } from "../components/chart.js";

const STEP_MS = { hour: 3_600_000, day: 86_400_000 };
const AGES_MS = { "24h": 86_400_000, "7d": 7 * 86_400_000, "30d": 30 * 86_400_000, "90d": 90 * 86_400_000 };
/** As many as a chart can tell apart; the rest is one. */
const SERIES = 7;
const TOKENS = ["input_text", "input_audio", "input_image", "cached", "output_text", "output_audio"];

/** The beginnings of all steps up to now. */
function steps(since, interval, now = Date.now()) {
  const step = STEP_MS[interval];
  const times = [];
  for (let time = Math.floor((now - AGES_MS[since]) / step) * step; time <= now; time += step) times.push(time);
  return times;
}

/** Days are those of the sums, which are told in UTC; hours are the reader's own. */
function namer(interval, since) {
  const long = new Intl.DateTimeFormat(locale, interval === "hour" ? { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }
    : { year: "numeric", month: "short", day: "numeric", timeZone: "UTC", timeZoneName: "short" });
  const short = new Intl.DateTimeFormat(locale, interval === "hour" && since === "24h" ? { hour: "2-digit", minute: "2-digit" }
    : { month: "short", day: "numeric", ...(interval === "day" ? { timeZone: "UTC" } : {}) });
  return (time, isShort) => (isShort ? short : long).format(time);
}

/** The groups with their steps, those with most requests first: in each chart a group has the same colour and marker. */
function groupsOf(parts) {
  const groups = new Map();
  for (const sum of parts) {
    if (!groups.has(sum.group)) groups.set(sum.group, new Map());
    groups.get(sum.group).set(Date.parse(sum.start), sum);
  }
  const requests = (steps) => [...steps.values()].reduce((all, sum) => all + sum.requests, 0);
  return [...groups].sort(([, one], [, other]) => requests(other) - requests(one));
}

/** One line for each of the largest groups. */
const each = (groups, times, value, label, missing) => groups.slice(0, SERIES).map(([group, steps]) => ({
  name: label(group), values: times.map((time) => (steps.has(time) ? value(steps.get(time)) : missing)),
}));

/** The same, and one line for the sum of all others. */
function grouped(groups, times, value, label) {
  const series = each(groups, times, value, label, 0);
  const rest = groups.slice(SERIES);
  if (rest.length > 0) {
    series.push({ name: t("usage.others", { n: rest.length }),
      values: times.map((time) => rest.reduce((all, [, steps]) => all + (steps.has(time) ? value(steps.get(time)) : 0), 0)) });
  }
  return series.length > 0 ? series : [{ name: "", values: times.map(() => 0) }];
}

/** Tokens by class at each step, of all groups together. */
function tokensAt(parts) {
  const byTime = new Map();
  for (const { start, tokens } of parts) {
    const time = Date.parse(start);
    if (!byTime.has(time)) byTime.set(time, Object.fromEntries(TOKENS.map((name) => [name, 0])));
    for (const name of TOKENS) byTime.get(time)[name] += tokens[name];
  }
  return byTime;
}

export function usageCharts({ parts, since, interval, label }) {
  const times = steps(since, interval);
  const words = namer(interval, since);
  const byTime = tokensAt(parts);
  const groups = groupsOf(parts);
  const chart = (title, series, format) => lineChart({ title, times, series, words, format, isCounted: format === compact });
  const used = TOKENS.filter((name) => parts.some((sum) => sum.tokens[name] > 0));
  const tokens = (used.length ? used : ["input_text"]).map((name) => ({ name: t(`tokens.${name}`),
    values: times.map((time) => byTime.get(time)?.[name] ?? 0) }));
  const latency = (name) => each(groups, times, (sum) => sum[name], label, null);
  return [
    chart(t("usage.cost"), grouped(groups, times, (sum) => sum.cost_usd, label), money),
    chart(t("usage.requests"), grouped(groups, times, (sum) => sum.requests, label), compact),
    chart(t("usage.tokens"), tokens, compact),
    chart(t("usage.errors"), grouped(groups, times, (sum) => sum.errors, label), compact),
    chart(t("usage.latency50"), latency("first_byte_p50_ms"), duration),
    chart(t("usage.latency95"), latency("first_byte_p95_ms"), duration),
  ];
}
