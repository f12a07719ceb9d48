// What the playgrounds show `/v1`: a short-lived secret of the chosen key, as a browser client of anybody's would have it.
// Who came in with a key of their own makes the secret with that; the key of another is never known here.

import { api, authorization, Refusal } from "./api.js";
import { bearer } from "./credential.js";
import { isKey } from "./caller.js";

/** A secret that opens one realtime session with a model. */
export async function realtimeSecret(keyID, model) {
  if (!isKey()) return (await api.post(`/api/keys/${keyID}/secret`, { model, use: "realtime", seconds: 60 })).value;
  const response = await fetch("/v1/realtime/client_secrets", {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization() },
    body: JSON.stringify({ expires_after: { anchor: "created_at", seconds: 60 }, session: { type: "realtime", model } }),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, answer?.error);
  return answer.value;
}

const SPARE_MS = 30_000;
const kept = new Map();

/** Lets go of what was refused, so that the next request has another. */
export function forgetChatCredential(keyID, model) {
  kept.delete(`${keyID} ${model}`);
}

/** What goes into `Authorization` for chat completions with a model; one secret serves ten minutes of them. */
export async function chatCredential(keyID, model) {
  if (isKey()) return bearer();
  const place = `${keyID} ${model}`;
  const known = kept.get(place);
  if (known && Date.parse(known.expires_at) - Date.now() > SPARE_MS) return known.value;
  const made = await api.post(`/api/keys/${keyID}/secret`, { model, use: "chat" });
  kept.set(place, made);
  return made.value;
}
