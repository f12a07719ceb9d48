// What something cost, as the ledger has it: the relay's own figure, not a sum made here. A row is written when the
// response ends, so it is asked for a few times, with growing patience.

import { api } from "./api.js";

const WAITS_MS = [60, 200, 600, 1_500, 3_000];
const ROWS = 50;

/** The row for which `isIt` is true, or null. */
async function row(query, isIt) {
  for (const wait of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const { entries } = await api.page("/api/usage/rows", { ...query, limit: ROWS });
    const found = entries.find(isIt);
    if (found) return found;
  }
  return null;
}

/** The ledger's row of one response of a realtime session. */
export const turnRow = (key, turn) => row({ key, kind: "turn", since: "1h" }, (entry) => entry.turn === turn);

/** The ledger's row of one request. */
export const requestRow = (id) => row({ request_id: id }, () => true);
