// Spending against a budget: a bar and the words for it.

import { h } from "../core/dom.js";
import { count, money } from "../core/format.js";
import { t } from "../core/words.js";

const MOST_PERCENT = 999;

/** Whether a key or an account has a budget and nothing left of it. */
export const isSpent = (owner) => owner.budget_usd !== null && owner.spent_usd >= owner.budget_usd;

/** `owner` is a key or an account. */
export function budgetBar(owner) {
  if (owner.budget_usd === null) {
    return h("span", { class: "budget" }, h("span", {}, money(owner.spent_usd)),
      h("small", { class: "faint" }, t("budget.none")));
  }
  const share = owner.budget_usd > 0 ? owner.spent_usd / owner.budget_usd : 1;
  const kind = share >= 1 ? "bad" : share >= 0.8 ? "warn" : "good";
  const words = t("budget.of", { spent: money(owner.spent_usd), budget: money(owner.budget_usd) });
  // Nearly all is not all: 99.9 is not told as 100.
  const percent = share >= 1 ? Math.round(share * 100) : Math.floor(share * 100);
  return h("span", { class: "budget" }, h("span", { class: "budget-words" }, h("span", {}, words),
    h("small", { class: "faint" }, percent > MOST_PERCENT ? `> ${count(MOST_PERCENT)} %` : `${count(percent)} %`)),
    h("progress", { class: `bar ${kind}`, max: 1, value: Math.min(share, 1), "aria-label": words }));
}
