// Who sits here, and what that lets them do.

import { api } from "./api.js";

/** What `/api/me` says; null until somebody is known. */
export let caller = null;

/** Asks who this is; throws the refusal when it is nobody. */
export async function recognise() {
  caller = null;
  caller = await api.get("/api/me");
  return caller;
}

/** Forgets who it was. */
export function nobody() {
  caller = null;
}

export const isAdmin = () => caller?.role === "admin";
/** Somebody with only a key sees what the key used, and may talk with it. */
export const isKey = () => caller?.role === "key";
export const name = () => caller?.member?.name ?? caller?.key?.name ?? null;
