// What a playground speaks to, and for whose money: a model and a key. The key that was chosen last is
// chosen again, the model while the tab lives.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { api, authorization, Refusal } from "../core/api.js";
import { caller, isKey } from "../core/caller.js";
import { isSpent } from "./budget.js";
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

const SPOKEN_KEY = "longwire.spoken-key";

/** The keys that may be spoken with, the oldest first; the one chosen before is among them, however many there are. */
async function keys() {
  if (isKey()) return [caller.key];
  const { entries } = await api.page("/api/keys", { status: "active", limit: KEYS });
  const before = localStorage.getItem(SPOKEN_KEY);
  if (before && !entries.some((key) => key.id === before)) {
    const known = await api.get(`/api/keys/${encodeURIComponent(before)}`).catch(() => null);
    if (known?.status === "active") entries.push(known);
  }
  return entries.reverse();
}

/** Whether a model is one for a playground: every model that chats can hold a session, too; one that only transcribes cannot. */
function can({ capabilities }, wanted) {
  if (wanted !== "realtime") return capabilities.includes(wanted) && !capabilities.includes("transcription");
  return capabilities.includes("chat") || (capabilities.includes("realtime") && !capabilities.includes("transcription"));
}

/** Whether a key may use a model: its list has the name, or the beginning of it before a star; an empty list has all. */
const may = (key, model) => !key?.models?.length
  || key.models.some((name) => (name.endsWith("*") ? model.startsWith(name.slice(0, -1)) : name === model));

/**
 * A choice of the two, for a capability; `onchange` is called for either. `ready` settles once both are known, `refresh()`
 * asks again, since keys come and go. Models that the chosen key may not use are not offered.
 */
export function target(capability, onchange) {
  const remembered = `longwire.model.${capability}`;
  let [fitting, owned] = [[], []];
  let isLoaded = false;
  const model = selectField(t("target.model"), []);
  const other = textField(t("target.otherModel"), { spellcheck: "false", placeholder: "gpt-realtime", onchange: () => onchange?.() });
  other.element.hidden = true;
  const showOther = () => (other.element.hidden = model.value() !== OTHER);
  const key = selectField(t("target.key"), []);
  const none = h("p", { class: "problem", hidden: true }, t("target.noKey"), " ",
    h("a", { href: "#/keys" }, t("target.makeKey")));
  const elsewhere = capability === "chat" ? "talk" : "chat";
  const noModel = h("p", { class: "problem", hidden: true }, t(`target.noModel.${capability}`), " ",
    h("a", { href: `#/${elsewhere}` }, t(`nav.${elsewhere}`)));

  function offerModels() {
    const usable = fitting.filter((entry) => may(owned.find((known) => known.id === key.value()), entry.id));
    const isNamed = model.value() !== OTHER || other.value() !== null;
    model.offer([...usable.map((entry) => entry.id), [OTHER, t("target.other")]],
      (isNamed && model.value()) || sessionStorage.getItem(remembered));
    showOther();
    noModel.hidden = usable.length > 0 || fitting.length === 0;
  }

  async function load() {
    const [known, listed] = await Promise.all([models(), keys()]);
    fitting = known.filter((entry) => can(entry, capability));
    owned = listed;
    const first = owned.find((entry) => !isSpent(entry)) ?? owned[0];
    const before = localStorage.getItem(SPOKEN_KEY);
    key.offer(owned.map((entry) => [entry.id, `${entry.name} · ${entry.prefix}`]),
      owned.some((entry) => entry.id === before) ? before : first?.id);
    none.hidden = owned.length > 0;
    offerModels();
    isLoaded = true;
  }

  key.control.addEventListener("change", () => {
    speakWith(key.value());
    offerModels();
    onchange?.();
  });
  model.control.addEventListener("change", () => {
    sessionStorage.setItem(remembered, model.value());
    showOther();
    onchange?.();
  });
  let ready = load();
  return {
    element: [model.element, other.element, key.element, none, noModel],
    model: () => (model.value() === OTHER ? other.value() : model.value()),
    key: () => key.value(),
    /** Whether the model only chats, so that the relay itself holds its sessions. */
    isChat: () => fitting.some(({ id, capabilities }) => id === model.value() && !capabilities.includes("realtime")),
    get ready() {
      return ready;
    },
    /** Where it fails, what was known before stands. */
    async refresh() {
      ready = load().catch((error) => {
        if (!isLoaded) throw error;
      });
      await ready;
      onchange?.();
    },
  };
}

/** Has the playgrounds speak with this key from now on. */
export function speakWith(keyID) {
  localStorage.setItem(SPOKEN_KEY, keyID);
}
