// Names for ids: the ledger and the sessions know keys and accounts by their ids, people by their names.

import { api } from "./api.js";
import { caller, isAdmin, isKey } from "./caller.js";

const KEYS = 1_000;

/** `{ key(id), account(id), keys, accounts }`; an id without a name is shown as it is. */
export async function names() {
  const keys = isKey() ? [caller.key] : (await api.page("/api/keys", { limit: KEYS })).entries;
  const accounts = isKey() ? [] : await api.get("/api/accounts");
  const table = (list) => new Map(list.map((entry) => [entry.id, entry.name]));
  const [byKey, byAccount] = [table(keys), table(accounts)];
  return { keys, accounts, isWhole: isAdmin(), key: (id) => byKey.get(id) ?? id, account: (id) => byAccount.get(id) ?? id };
}
