// Keys: made, changed, rotated, revoked. The text of a key is seen once, when it is made.

import { h, replace } from "../core/dom.js";
import { t } from "../core/words.js";
import { api } from "../core/api.js";
import { isAdmin } from "../core/caller.js";
import { ago, moment } from "../core/format.js";
import { go } from "../core/router.js";
import { badge } from "../components/badge.js";
import { budgetBar, isSpent } from "../components/budget.js";
import { button } from "../components/button.js";
import { copyButton } from "../components/copy.js";
import { confirmed, openDialog, openForm } from "../components/dialog.js";
import { selectField, textField } from "../components/field.js";
import { keyForm } from "../components/key-form.js";
import { page } from "../components/page.js";
import { pager } from "../components/pager.js";
import { poll } from "../components/poll.js";
import { table } from "../components/table.js";
import { speakWith } from "../components/target.js";
import { complain, toast } from "../components/toast.js";

const PAGE = 50;
const REFRESH_MS = 10_000;
const STATUS = { active: "good", expired: "warn", revoked: "bad" };
const OVERLAPS = [[0, "0"], [300, "5min"], [3_600, "1h"], [86_400, "1d"], [604_800, "7d"]];

export function keysView(signal) {
  const accounts = new Map();
  const search = textField(t("keys.search"), { type: "search", placeholder: t("keys.searchHint") });
  const status = selectField(t("keys.status"), [["", t("keys.all")], ...Object.keys(STATUS).map((id) => [id, t(`keyStatus.${id}`)])],
    { value: "active" });
  const list = table({
    caption: t("nav.keys"), id: (key) => key.id, onopen: (key) => openKey(key), openWords: t("keys.open"), empty: "",
    columns: [
      { words: t("keys.name"), cell: (key) => [h("span", {}, key.name), h("small", { class: "faint" }, key.prefix)] },
      { words: t("keys.status"), cell: state },
      isAdmin() && { words: t("keys.account"), cell: (key) => accounts.get(key.account) ?? key.account },
      { words: t("keys.spent"), cell: budgetBar },
      { words: t("keys.limits"), cell: limits },
      { words: t("keys.models"), cell: (key) => key.models.join(", ") || t("keys.allModels") },
      { words: t("keys.lastUse"), cell: (key) => h("span", { class: "nowrap", title: moment(key.last_used_at) }, ago(key.last_used_at)) },
      { words: t("keys.open_sessions"), kind: "number", cell: (key) => String(key.open_sessions) },
    ].filter(Boolean),
  });
  const pages = pager(() => refresh());
  const refresh = poll(load, REFRESH_MS, signal);
  for (const field of [search, status]) field.control.addEventListener("input", () => { pages.reset(); refresh(); });

  async function load() {
    try {
      if (isAdmin() && accounts.size === 0) {
        for (const account of await api.get("/api/accounts")) accounts.set(account.id, account.name);
      }
      const { entries, next } = await api.page("/api/keys", { search: search.value(), status: status.value(), limit: PAGE,
        cursor: pages.cursor() }, signal);
      list.update(entries);
      if (entries.length === 0) tellNone();
      pages.show(next);
    } catch (error) {
      list.fail(error, refresh);
    }
  }

  /** A first key is one press away; where something was looked for, it is not there. */
  function tellNone() {
    const isFirst = !search.value() && status.value() !== "revoked" && status.value() !== "expired";
    replace(list.blank, h("p", {}, t(isFirst ? "keys.noneYet" : "keys.none")),
      isFirst && button(t("keys.create"), { icon: "plus", onclick: () => create().catch(complain) }));
  }

  async function create() {
    const form = keyForm({ accounts: isAdmin() ? [...accounts] : null });
    const made = await openForm(t("keys.create"), form.element, { submitWords: t("keys.create"),
      submit: () => api.post("/api/keys", form.value()) });
    if (!made) return;
    await showText(made);
    refresh();
  }

  async function openKey(key) {
    const changed = await openDialog(key.name, (close) => keyDetails(key, close), { wide: true });
    if (changed) refresh();
  }

  return page(t("nav.keys"), { intro: t("keys.intro"), actions: [button(t("keys.create"), { kind: "primary", icon: "plus",
    onclick: () => create().catch(complain) })] },
  h("div", { class: "filters" }, h("div", { class: "grow" }, search.element), status.element), list.element, pages.element);
}

/** A key that may spend nothing more is refused, whatever its status says. */
function state(key) {
  if (key.status === "active" && isSpent(key)) return badge(t("budget.usedUp"), "bad");
  return badge(t(`keyStatus.${key.status}`), STATUS[key.status]);
}

function limits(key) {
  const parts = [key.rpm && t("keys.rpmShort", { n: key.rpm }), key.tpm && t("keys.tpmShort", { n: key.tpm }),
    key.sessions && t("keys.sessionsShort", { n: key.sessions })].filter(Boolean);
  return parts.join(" · ") || "–";
}

/** The one time that a key is seen. */
function showText(key) {
  let isCopied = false;
  const copied = () => (isCopied = true);
  return openDialog(t("keys.made"), (close, dismiss) => [
    h("p", {}, t("keys.once")),
    h("code", { class: "key-text", "aria-label": t("keys.text"), oncopy: copied }, key.key),
    h("div", { class: "form-end" }, button(t("dialog.done"), { onclick: dismiss }),
      button(t("keys.talk"), { icon: "talk", onclick: () => { speakWith(key.id); close(); go("talk"); } }),
      copyButton(key.key, t("keys.copy"), { kind: "primary", autofocus: true, oncopied: copied })),
  ], { keepOpen: { title: t("keys.notCopied"), words: t("keys.notCopiedWhat"), until: () => isCopied } });
}

function keyDetails(key, close) {
  const isActive = key.status === "active";
  const facts = [[t("keys.id"), h("code", {}, key.id)], [t("keys.created"), moment(key.created_at)],
    [t("keys.expires"), key.expires_at ? moment(key.expires_at) : t("keys.never")],
    key.revoked_at && [t("keys.revokedAt"), moment(key.revoked_at)], [t("keys.lastUse"), moment(key.last_used_at)],
    [t("keys.spent"), budgetBar(key)]].filter(Boolean);
  const edit = async () => {
    const form = keyForm({ key });
    const changed = await openForm(t("keys.edit"), form.element, { submitWords: t("dialog.save"),
      submit: () => api.patch(`/api/keys/${key.id}`, form.value()) });
    if (changed) close(true);
  };
  const rotate = async () => {
    const overlap = selectField(t("keys.overlap"), OVERLAPS.map(([seconds, id]) => [String(seconds), t(`overlap.${id}`)]),
      { value: "3600", hint: t("keys.overlapHint") });
    const made = await openForm(t("keys.rotate"), overlap.element, { intro: t("keys.rotateWhat"), submitWords: t("keys.rotate"),
      submit: () => api.post(`/api/keys/${key.id}/rotate`, { overlap: Number(overlap.value()) }) });
    if (!made) return;
    close(true);
    await showText(made);
  };
  const revoke = async () => {
    if (!(await confirmed(t("keys.revokeSure", { name: key.name }), t("keys.revokeWhat"), { doWords: t("keys.revoke"),
      run: () => api.post(`/api/keys/${key.id}/revoke`) }))) return;
    toast(t("keys.revoked"));
    close(true);
  };
  const remove = async () => {
    if (!(await confirmed(t("keys.deleteSure", { name: key.name }), t("keys.deleteWhat"), { doWords: t("keys.delete"),
      run: () => api.remove(`/api/keys/${key.id}`) }))) return;
    close(true);
  };
  return [
    h("dl", { class: "facts-list" }, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("div", { class: "actions" },
      isActive && button(t("keys.talk"), { icon: "talk", onclick: () => { speakWith(key.id); close(); go("talk"); } }),
      isActive && button(t("keys.edit"), { icon: "settings", onclick: edit }),
      isActive && button(t("keys.rotate"), { onclick: rotate }),
      isActive && button(t("keys.revoke"), { kind: "danger", onclick: revoke }),
      !isActive && button(t("keys.delete"), { kind: "danger", icon: "trash", onclick: remove })),
  ];
}
