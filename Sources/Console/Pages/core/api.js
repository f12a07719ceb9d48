// Longwire's own API: the envelope taken off, refusals thrown. The cookie of a signed-in browser goes along by itself;
// whoever came in with a key shows that instead.

import { bearer } from "./credential.js";

/** A refusal in the API's words. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = error?.code ?? "unreachable";
    this.param = error?.param ?? null;
  }
}

/** A path with its query; members without a value are left out. */
export function address(path, query) {
  const items = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return items.length ? `${path}?${new URLSearchParams(items)}` : path;
}

let onended = null;

/** `listener` is called when somebody who was known is known no more: the sign-in ran out, or the key was revoked. */
export function whenSignInEnds(listener) {
  onended = listener;
}

export function authorization() {
  const text = bearer();
  return text ? { authorization: `Bearer ${text}` } : {};
}

async function call(method, path, { query, body, signal } = {}) {
  let response;
  try {
    response = await fetch(address(path, query), {
      method,
      headers: { ...authorization(), ...(body ? { "content-type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, null);
  }
  const envelope = await response.json().catch(() => null);
  if (response.ok) return envelope;
  // A wrong password is told as 401 as well, and ends nothing.
  const refusal = new Refusal(response.status, envelope?.error);
  if (response.status === 401 && refusal.code !== "sign_in_failed") {
    refusal.endsSignIn = true;
    onended?.();
  }
  throw refusal;
}

export const api = {
  async get(path, query, signal) {
    return (await call("GET", path, { query, signal })).data;
  },
  /** A page of a list: its entries, and the cursor of the next one. */
  async page(path, query, signal) {
    const envelope = await call("GET", path, { query, signal });
    return { entries: envelope.data, next: envelope.metadata.next_cursor ?? null };
  },
  async post(path, body) {
    return (await call("POST", path, { body })).data;
  },
  async patch(path, body) {
    return (await call("PATCH", path, { body })).data;
  },
  async remove(path) {
    return (await call("DELETE", path)).data;
  },
};

/** Saves a file that the API makes; `authorization` rules out a plain link. */
export async function download(path, query, name) {
  const response = await fetch(address(path, query), { headers: authorization() });
  if (!response.ok) throw new Refusal(response.status, (await response.json().catch(() => null))?.error);
  save(await response.blob(), name);
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
