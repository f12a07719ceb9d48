// Short news at the edge of the window, said to screen readers as well.

import { h } from "../core/dom.js";
import { has, t } from "../core/words.js";
import { Refusal } from "../core/api.js";

const SHOWN_MS = 6_000;
let region = null;

export function toast(words, kind = "good") {
  region ??= h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  if (!region.isConnected) document.body.append(region);
  const note = h("div", { class: `toast ${kind}` }, words);
  region.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/** What went wrong, in the reader's language where there are words for it. */
export function reason(error) {
  if (!(error instanceof Refusal)) return error?.message ?? String(error);
  const key = `refusal.${error.code}`;
  return has(key) ? t(key) : error.message;
}

export function complain(error) {
  // Who is signed out sees the way in, which says so.
  if (error?.name !== "AbortError" && !error?.endsSignIn) toast(reason(error), "bad");
}
