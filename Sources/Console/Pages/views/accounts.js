// Accounts and who may sign in to them: for admins.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { api } from "../core/api.js";
import { caller } from "../core/caller.js";
import { day } from "../core/format.js";
import { badge } from "../components/badge.js";
import { budgetBar, isSpent } from "../components/budget.js";
import { button } from "../components/button.js";
import { confirmed, openForm } from "../components/dialog.js";
import { row, selectField, textField } from "../components/field.js";
import { accountForm } from "../components/key-form.js";
import { page, section } from "../components/page.js";
import { table } from "../components/table.js";
import { complain, toast } from "../components/toast.js";

const STATUS = { active: "good", disabled: "bad" };

export function accountsView(signal) {
  let accounts = [];
  const status = (entry) => entry.status === "active" && "budget_usd" in entry && isSpent(entry)
    ? badge(t("budget.usedUp"), "bad") : badge(t(`accountStatus.${entry.status}`), STATUS[entry.status]);

  async function load() {
    try {
      accounts = await api.get("/api/accounts", {}, signal);
      accountTable.update(accounts);
      memberTable.update(await api.get("/api/members", {}, signal));
    } catch (error) {
      accountTable.fail(error, load);
      memberTable.fail(error, load);
    }
  }

  /** Disabling is asked about, enabling is not. */
  async function turn(kind, entry) {
    const path = `/api/${kind}/${entry.id}`;
    if (entry.status === "disabled") await api.post(`${path}/enable`);
    else if (!(await confirmed(t(`${kind}.disableSure`, { name: entry.name }), t(`${kind}.disableWhat`),
      { doWords: t("accounts.disable"), run: () => api.post(`${path}/disable`) }))) return;
    load();
  }

  const actions = (kind, edit, mayDisable = () => true) => ({
    words: "", cell: (entry, line) => h("span", { class: "row-actions" },
      button(t("keys.edit"), { class: "button plain small", onclick: () => edit(line.entry).catch(complain) }),
      button(t(entry.status === "active" ? "accounts.disable" : "accounts.enable"), { class: "button plain small",
        disabled: !mayDisable(entry), onclick: () => turn(kind, line.entry).catch(complain) })),
  });

  async function editAccount(account = null) {
    const form = accountForm(account);
    const done = await openForm(t(account ? "accounts.edit" : "accounts.create"), form.element, {
      submitWords: t(account ? "dialog.save" : "accounts.create"),
      submit: () => (account ? api.patch(`/api/accounts/${account.id}`, form.value()) : api.post("/api/accounts", form.value())),
    });
    if (done) load();
  }

  async function editMember(member = null) {
    const form = memberForm(member, accounts);
    const done = await openForm(t(member ? "members.edit" : "members.create"), form.element, {
      submitWords: t(member ? "dialog.save" : "members.create"),
      submit: () => (member ? api.patch(`/api/members/${member.id}`, form.value()) : api.post("/api/members", form.value())),
    });
    if (!done) return;
    toast(t("members.saved", { name: done.name }));
    load();
  }

  const accountTable = table({
    caption: t("accounts.title"), id: (account) => account.id,
    columns: [
      { words: t("accounts.name"), cell: (account) => account.name },
      { words: t("keys.status"), cell: status }, { words: t("keys.spent"), cell: budgetBar },
      { words: t("keys.models"), cell: (account) => account.models.join(", ") || t("keys.allModels") },
      { words: t("keys.open_sessions"), kind: "number", cell: (account) => String(account.open_sessions) },
      { words: t("keys.created"), cell: (account) => (Date.parse(account.created_at) > 0 ? day(account.created_at) : "–") },
      actions("accounts", editAccount),
    ],
  });
  const memberTable = table({
    caption: t("members.title"), id: (member) => member.id, empty: t("members.none"),
    columns: [
      { words: t("signIn.name"), cell: (member) => member.name },
      { words: t("members.role"), cell: (member) => t(`role.${member.role}`) },
      { words: t("keys.account"), cell: (member) => accounts.find((account) => account.id === member.account)?.name ?? member.account },
      { words: t("keys.status"), cell: status }, { words: t("keys.created"), cell: (member) => day(member.created_at) },
      actions("members", editMember, (member) => member.id !== caller.member?.id),
    ],
  });
  load();
  return page(t("nav.accounts"), { intro: t("accounts.intro") },
    section(t("accounts.title"), { actions: [button(t("accounts.create"), { icon: "plus", kind: "primary",
      onclick: () => editAccount().catch(complain) })] }, accountTable.element),
    section(t("members.title"), { actions: [button(t("members.create"), { icon: "plus",
      onclick: () => editMember().catch(complain) })] }, memberTable.element));
}

function memberForm(member, accounts) {
  const name = textField(t("signIn.name"), { value: member?.name ?? "", required: true, maxlength: 200, autofocus: true });
  const password = textField(t("signIn.password"), { type: "password", autocomplete: "new-password", minlength: 8, maxlength: 256,
    required: !member, hint: t(member ? "members.passwordKept" : "members.passwordHint") });
  const role = selectField(t("members.role"), [["member", t("role.member")], ["admin", t("role.admin")]],
    { value: member?.role ?? "member", hint: t("members.roleHint") });
  const account = selectField(t("keys.account"), accounts.map((entry) => [entry.id, entry.name]), { value: member?.account ?? "default" });
  return {
    element: h("div", { class: "form" }, name.element, password.element, row(role, account)),
    value() {
      const now = { name: name.value() ?? "", role: role.value(), account: account.value() };
      // What did not change is left out: a new role or account ends the member's sign-ins.
      const changed = Object.entries(now).filter(([field, value]) => !member || member[field] !== value);
      return { ...Object.fromEntries(changed), ...(password.control.value ? { password: password.control.value } : {}) };
    },
  };
}
