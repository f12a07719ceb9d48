// What runs now: every realtime session, by itself up to date, each to be looked at and ended.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { api } from "../core/api.js";
import { names } from "../core/names.js";
import { bytes, compact, count, duration, money, moment } from "../core/format.js";
import { badge } from "../components/badge.js";
import { button } from "../components/button.js";
import { confirmed, openDialog } from "../components/dialog.js";
import { page } from "../components/page.js";
import { poll } from "../components/poll.js";
import { table } from "../components/table.js";
import { complain, toast } from "../components/toast.js";

const REFRESH_MS = 1_500;
const LIMIT = 1_000;
/** Messages of one session that are drawn. */
const SHOWN = 100;
const STATE = { opening: "info", idle: "idle", responding: "good", closing: "warn" };
/** More than this waits for one side or the other: it does not keep up. */
const MUCH_BUFFERED = 32 * 1024;

export function sessionsView(signal) {
  let known = null;
  let latest = [];
  const total = h("p", { class: "soft", role: "status" });
  const end = async (session) => {
    if (await confirmed(t("sessions.endSure"), t("sessions.endWhat", { key: known?.key(session.key) ?? session.key, model: session.model }),
      { doWords: t("sessions.end"), run: () => api.remove(`/api/sessions/${encodeURIComponent(session.id)}`) })) {
      toast(t("sessions.ended"));
      refresh();
    }
  };
  const both = (one, other) => h("span", { class: "nowrap" }, `↑ ${one} · ↓ ${other}`);
  const list = table({
    caption: t("nav.sessions"), id: (session) => session.id, empty: t("sessions.none"),
    onopen: (session) => look(session.id), openWords: t("sessions.look"),
    columns: [
      { words: t("sessions.key"), cell: (session) => [h("span", {}, known?.key(session.key) ?? session.key),
        h("small", { class: "faint" }, session.id.slice(0, 16), "…")] },
      { words: t("sessions.state"), cell: (session) => badge(t(`sessionState.${session.state}`), STATE[session.state]) },
      { words: t("sessions.model"), cell: (session) => session.model },
      { words: t("sessions.upstream"), cell: (session) => session.upstream },
      { words: t("sessions.age"), kind: "number", cell: (session) => duration(session.age_ms) },
      { words: t("sessions.messages"), kind: "number",
        cell: (session) => both(compact(session.messages_from_client), compact(session.messages_from_upstream)) },
      { words: t("sessions.bytes"), kind: "number",
        cell: (session) => both(bytes(session.bytes_from_client), bytes(session.bytes_from_upstream)) },
      { words: t("sessions.buffered"), kind: "number", cell: (session) => session.buffered_bytes > MUCH_BUFFERED
        ? badge(bytes(session.buffered_bytes), "warn") : bytes(session.buffered_bytes) },
      { words: t("sessions.tokens"), kind: "number", cell: (session) => compact(session.tokens.total) },
      { words: t("sessions.cost"), kind: "number", cell: (session) => money(session.cost_usd) },
      { words: "", cell: (session, row) => row.cells.at(-1).firstChild
        ?? h("span", { class: "row-actions" }, button(t("sessions.end"), { class: "button plain small", onclick: () => end(row.entry) })) },
    ],
  });

  async function load() {
    try {
      latest = await api.get("/api/sessions", { limit: LIMIT }, signal);
      if (!known || latest.some((session) => known.key(session.key) === session.key)) known = await names();
      list.update(latest);
      const cost = latest.reduce((sum, session) => sum + session.cost_usd, 0);
      total.textContent = t("sessions.total", { n: count(latest.length), cost: money(cost) });
    } catch (error) {
      if (error.name === "AbortError") return;
      total.textContent = t("sessions.lost");
      list.fail(error, refresh);
    }
  }

  function look(id) {
    const facts = h("dl", { class: "facts-list" });
    const turns = turnTable();
    const messages = messageTable();
    const ended = new AbortController();
    const watch = () => {
      const session = latest.find((entry) => entry.id === id);
      if (session) facts.replaceChildren(...describe(session, known).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
    };
    poll(async () => {
      watch();
      const [rows, events] = await Promise.allSettled([api.page("/api/usage/rows", { session: id, limit: 100 }, ended.signal),
        api.get(`/api/sessions/${encodeURIComponent(id)}/events`, {}, ended.signal)]);
      if (rows.status === "fulfilled") turns.update(rows.value.entries);
      // A session that has ended keeps what was seen of it.
      if (events.status === "fulfilled") messages.update(events.value.slice(-SHOWN).reverse());
    }, REFRESH_MS, ended.signal);
    openDialog(t("sessions.one"), () => [facts, h("h3", {}, t("sessions.turns")), turns.element,
      h("h3", {}, t("sessions.events")), h("p", { class: "soft small" }, t("sessions.eventsHow")), messages.element], { wide: true })
      .then(() => ended.abort());
  }

  const refresh = poll(load, REFRESH_MS, signal);
  return page(t("nav.sessions"), { intro: t("sessions.intro") }, total, list.element);
}

function describe(session, known) {
  return [
    [t("keys.id"), h("code", {}, session.id)], [t("sessions.request"), h("code", {}, session.request_id)],
    [t("sessions.key"), known?.key(session.key) ?? session.key], [t("keys.account"), known?.account(session.account) ?? session.account],
    [t("sessions.model"), `${session.model} → ${session.upstream}`], [t("sessions.started"), moment(session.started_at)],
    [t("sessions.turns"), count(session.turns)],
    [t("sessions.tokens"), ["input_text", "input_audio", "cached", "output_text", "output_audio"]
      .map((name) => `${t(`tokens.${name}`)} ${count(session.tokens[name])}`).join(" · ")],
    [t("sessions.cost"), money(session.cost_usd)],
  ];
}

/** The turns of one session as the ledger has them: kinds, times and counts, never what was said. */
function turnTable() {
  return table({
    caption: t("sessions.turns"), id: (row) => row.number, empty: t("sessions.noTurns"),
    columns: [
      { words: t("usage.when"), cell: (row) => moment(row.started_at) },
      { words: t("usage.kind"), cell: (row) => t(`kind.${row.kind}`) },
      { words: t("keys.status"), cell: (row) => badge(t(`status.${row.status}`), row.status === "completed" ? "good" : "warn") },
      { words: t("usage.firstByte"), kind: "number", cell: (row) => duration(row.first_byte_ms) },
      { words: t("usage.duration"), kind: "number", cell: (row) => duration(row.duration_ms) },
      { words: t("sessions.tokens"), kind: "number", cell: (row) => count(row.tokens.total) },
      { words: t("sessions.cost"), kind: "number", cell: (row) => money(row.cost_usd) },
    ],
  });
}

/** Types, sizes and times of what passes by, the newest first. */
function messageTable() {
  return table({
    caption: t("sessions.events"), id: (event) => event.number, empty: t("sessions.noEvents"),
    columns: [
      { words: t("sessions.type"), cell: (event) => h("code", {}, event.type || "–") },
      { words: t("log.direction"), cell: (event) => (event.from === "client" ? `↑ ${t("sessions.fromClient")}` : `↓ ${t("sessions.fromUpstream")}`) },
      { words: t("sessions.bytes"), kind: "number", cell: (event) => bytes(event.bytes) },
      { words: t("sessions.at"), kind: "number", cell: (event) => `+${duration(event.at_ms)}` },
    ],
  });
}
