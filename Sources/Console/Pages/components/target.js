// What a playground speaks to, and for whose money: a model and a key, chosen once and kept while the tab lives.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { api, authorization, Refusal } from "../core/api.js";
import { caller, isKey } from "../core/caller.js";
import { selectField, textField } from "./field.js";

const KEYS = 1_000;
/** Stands for a model that no list has: some upstreams take any name. */
const OTHER = "*";

/** Models with what they can do: `{ id, capabilities }`. */
export async function models() {
  if (!isKey()) return api.get("/api/models");
  // Who has only a key sees what any client sees.
  const response = await fetch("/v1/models", { headers: authorization() });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, answer?.error);
  const list = answer?.data ?? [];
  return list.map((model) => ({ ...model, capabilities: Object.entries(model.capabilities ?? {}).filter(([, can]) => can)
    .map(([name]) => name) }));
}

/** The keys that may be spoken with, newest first. */
async function keys() {
  if (isKey()) return [caller.key];
  return (await api.page("/api/keys", { status: "active", limit: KEYS })).entries;
}

const store = (name, value) => value && sessionStorage.setItem(`longwire.${name}`, value);
const stored = (name) => sessionStorage.getItem(`longwire.${name}`);

/** A choice of the two, for a capability; `onchange` is called for either. `ready` settles once both are known. */
export function target(capability, onchange) {
  const model = selectField(t("target.model"), []);
  const other = textField(t("target.otherModel"), { spellcheck: "false", placeholder: "gpt-realtime", onchange: () => onchange?.() });
  other.element.hidden = true;
  const showOther = () => (other.element.hidden = model.value() !== OTHER);
  const key = selectField(t("target.key"), []);
  const none = h("p", { class: "problem", hidden: true }, t("target.noKey"), " ",
    h("a", { href: "#/keys" }, t("target.makeKey")));
  for (const [field, name] of [[model, `model.${capability}`], [key, "spoken-key"]]) {
    field.control.addEventListener("change", () => {
      store(name, field.value());
      showOther();
      onchange?.();
    });
  }
  const ready = (async () => {
    const [known, owned] = await Promise.all([models(), keys()]);
    const fitting = known.filter((entry) =>
      entry.capabilities.includes(capability) && !entry.capabilities.includes("transcription"));
    model.offer([...fitting.map((entry) => entry.id), [OTHER, t("target.other")]], stored(`model.${capability}`));
    showOther();
    key.offer(owned.map((entry) => [entry.id, `${entry.name} · ${entry.prefix}`]), stored("spoken-key"));
    none.hidden = owned.length > 0;
    return fitting;
  })();
  return {
    element: [model.element, other.element, key.element, none],
    model: () => (model.value() === OTHER ? other.value() : model.value()),
    key: () => key.value(),
    ready,
  };
}

/** Has the playgrounds speak with this key from now on. */
export function speakWith(keyID) {
  store("spoken-key", keyID);
}
