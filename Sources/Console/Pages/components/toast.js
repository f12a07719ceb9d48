// Short news at the edge of the window, said to screen readers as well.

import { h } from "../core/dom.js";
import { has, t } from "../core/words.js";
import { Refusal } from "../core/api.js";
import { fault } from "../core/fault.js";

const SHOWN_MS = 6_000;
let region = null;

export function toast(words, kind = "good") {
  region ??= h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  if (!region.isConnected) document.body.append(region);
  const note = h("div", { class: `toast ${kind}` }, words);
  region.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}

/** Words for a refusal, or for the error that a session's event tells: by its code, else as it was said. */
export function refusalWords({ code, message }) {
  const key = `refusal.${code}`;
  return has(key) ? t(key) : (message ?? t("talk.error"));
}

/** What went wrong, in the reader's language where there are words for it. */
export function reason(error) {
  if (!(error instanceof Refusal)) return fault(error);
  return refusalWords(error);
}

export function complain(error) {
  // Who is signed out sees the way in, which says so.
  if (error?.name !== "AbortError" && !error?.endsSignIn) toast(reason(error), "bad");
}
