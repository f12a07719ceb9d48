// The console's two languages. The browser's list of languages decides; whoever wants the other one says so once.

import { english } from "../words/english.js";
import { chinese } from "../words/chinese.js";

const STORED = "longwire.language";

function choose() {
  const stored = localStorage.getItem(STORED);
  if (stored === "en" || stored === "zh") return stored;
  for (const wanted of navigator.languages ?? [navigator.language]) {
    if (wanted.toLowerCase().startsWith("zh")) return "zh";
    if (wanted.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

export const language = choose();
/** For Intl. */
export const locale = language === "zh" ? "zh-CN" : "en-GB";
const words = language === "zh" ? chinese : english;

/** The words for a key, with `{name}` replaced; a key without words is shown as it is, and tests look for those. */
export function t(key, values = {}) {
  const text = words[key] ?? english[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there are words for a key. */
export function has(key) {
  return key in english;
}

/** Changes the language, which takes a fresh page. */
export function speak(wanted) {
  localStorage.setItem(STORED, wanted);
  location.reload();
}
