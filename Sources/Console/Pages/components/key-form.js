// The fields of a key, and of an account, which has most of them as well.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { listField, numberField, row, selectField, textField } from "./field.js";

const DAY_MS = 86_400_000;
const LIFETIMES = [["", "never"], ["1", "1d"], ["7", "7d"], ["30", "30d"], ["90", "90d"], ["365", "365d"]];

/** Budget and rates: `owner` is a key or an account that is there already. */
function limitFields(owner) {
  const budget = numberField(t("keys.budget"), { value: owner?.budget_usd ?? null, min: 0, step: "any",
    placeholder: t("keys.unlimited") });
  const pairs = ["rpm", "tpm", "sessions"].map((name) => [name, numberField(t(`keys.${name}`), { value: owner?.[name] ?? null,
    placeholder: t("keys.unlimited") })]);
  return {
    element: [budget.element, row(...pairs.map(([, field]) => field))],
    value: () => ({ budget_usd: budget.value(), ...Object.fromEntries(pairs.map(([name, field]) => [name, field.value()])) }),
  };
}

/** `accounts` are `[id, name]` to choose from for a new key; `key` is one to be changed. */
export function keyForm({ key = null, accounts = null } = {}) {
  const name = textField(t("keys.name"), { value: key?.name ?? "", required: true, maxlength: 200, autofocus: true,
    placeholder: t("keys.nameHint") });
  const account = accounts && accounts.length > 1 && selectField(t("keys.account"), accounts, { value: "default" });
  const life = selectField(t("keys.expires"), [
    ...(key?.expires_at ? [["keep", t("keys.keepExpiry")]] : []),
    ...LIFETIMES.map(([days, words]) => [days, t(`lifetime.${words}`)])], { value: key?.expires_at ? "keep" : "" });
  const limits = limitFields(key);
  const models = listField(t("keys.models"), { value: key?.models ?? [], placeholder: t("keys.allModels"), hint: t("keys.modelsHint") });
  const addresses = listField(t("keys.addresses"), { value: key?.addresses ?? [], placeholder: t("keys.anyAddress"),
    hint: t("keys.addressesHint") });
  return {
    element: h("div", { class: "form" }, name.element, account && account.element, limits.element, life.element, models.element,
      addresses.element),
    value() {
      const days = life.value();
      return {
        name: name.value() ?? "", ...limits.value(), models: models.value(), addresses: addresses.value(),
        ...(account ? { account: account.value() } : {}),
        ...(days === "keep" ? {} : { expires_at: days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null }),
      };
    },
  };
}

export function accountForm(account = null) {
  const name = textField(t("accounts.name"), { value: account?.name ?? "", required: true, maxlength: 200, autofocus: true });
  const limits = limitFields(account);
  const models = listField(t("keys.models"), { value: account?.models ?? [], placeholder: t("keys.allModels"), hint: t("keys.modelsHint") });
  return {
    element: h("div", { class: "form" }, name.element, limits.element, models.element),
    value: () => ({ name: name.value() ?? "", ...limits.value(), models: models.value() }),
  };
}
