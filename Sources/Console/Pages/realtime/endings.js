// Why a session ended, in plain words.

import { has, t } from "../core/words.js";

/** Words for a close code (RFC 6455 §7.4.1, and those that providers and Longwire use); `error` is what was said just before. */
export function ending({ code, reason }, error = null) {
  const key = `close.${code}`;
  const words = has(key) ? t(key) : code >= 4000 ? t("close.4xxx") : t("close.other");
  return t("close.said", { words, code, reason: (error ?? reason) ? ` · ${error ?? reason}` : "" });
}
