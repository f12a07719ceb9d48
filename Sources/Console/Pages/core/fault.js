// What the browser itself says went wrong, which it says in a language of its own: the same in the reader's.

import { has, t } from "./words.js";

/** Words for an error of the browser's: a `SyntaxError` of `JSON.parse`, a `DOMException`, and whatever else. */
export function fault(error) {
  if (error instanceof SyntaxError) {
    // Both engines that tell the place tell it so.
    const place = /line (\d+) column (\d+)/.exec(error.message);
    return place ? t("fault.at", { line: place[1], column: place[2] }) : t("fault.json");
  }
  const key = `fault.${error?.name}`;
  return has(key) ? t(key) : (error?.message ?? String(error));
}
