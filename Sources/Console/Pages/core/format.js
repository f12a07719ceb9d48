// Numbers, money, sizes and times as people read them.

import { locale, t } from "./words.js";

const number = new Intl.NumberFormat(locale);
const compactNumber = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const dateOnly = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });

export const count = (value) => (value === null || value === undefined ? "–" : number.format(value));
export const compact = (value) => (Math.abs(value) < 10_000 ? number.format(value) : compactNumber.format(value));

/** Dollars: cents from a dollar on, below it four decimals so that figures stand under each other, millionths where those say nothing. */
export function money(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  const digits = size === 0 || size >= 1 ? 2 : size >= 0.0001 ? 4 : 6;
  return `$${value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [size, unit] = [value, 0];
  while (size >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** A length of time in milliseconds. */
export function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export const moment = (text) => (text ? dateTime.format(new Date(text)) : "–");
export const day = (text) => (text ? dateOnly.format(new Date(text)) : "–");

/** How long ago, or how soon. */
export function ago(text, now = Date.now()) {
  if (!text) return t("time.never");
  const seconds = (new Date(text).getTime() - now) / 1_000;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  for (const [unit, length] of [["day", 86_400], ["hour", 3_600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return Math.abs(seconds) < 10 ? t("time.now") : relative.format(Math.round(seconds), "second");
}
