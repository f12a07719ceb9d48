"""A ledger that has something to show: chat requests of the first key, asked of the relay itself."""

import httpx

from console_stage import ConsoleRelay

REQUESTS = 60


def fill_ledger(relay: ConsoleRelay) -> None:
    with relay.api() as owner:
        owner.post("/api/accounts", json={"name": "speech team", "budget_usd": 20})
        made = owner.post("/api/keys", json={"name": "phone bot", "budget_usd": 0.02, "rpm": 600}).json()["data"]
        owner.post("/api/members", json={"name": "ada", "password": "password canary 71f0", "role": "admin"})
        first = owner.get("/api/keys", params={"search": "first key"}).json()["data"][0]
        rotated = owner.post(f"/api/keys/{first['id']}/rotate", json={"overlap": 0}).json()["data"]
    for number in range(REQUESTS):
        key = (made if number % 3 else rotated)["key"]
        model = "sim-chat" if number % 20 else "sim-refuse-500"
        httpx.post(
            relay.http + "/v1/chat/completions",
            headers={"authorization": f"Bearer {key}"},
            json={"model": model, "max_tokens": 4, "messages": [{"role": "user", "content": f"say exactly: {number}"}]},
            timeout=30,
        )
