"""A relay whose models hold sessions in every manner: a chat model, and realtime models behind upstreams of either shape."""

import json

from certificates import Certificates
from processes import UPSTREAM_KEY, Key, Relay, eventually

#: Strangers that one address may have, and how long they may be silent.
STRANGERS, SILENCE = 4, 6

#: Public id → upstream, model, capabilities.
MODELS = {
    "gpt-4": ("simulator", "sim-chat", "chat, function_calling"),
    "slow-chat": ("simulator", "sim-slow", "chat"),
    "gpt-realtime": ("simulator", "sim-realtime", "realtime, function_calling"),
    "slow-realtime": ("simulator", "sim-slow", "realtime"),
    "failing-realtime": ("simulator", "sim-fail-turn", "realtime"),
    "beta-realtime": ("beta", "sim-realtime", "realtime, function_calling"),
}


def configuration(upstream: int, certificates: Certificates) -> str:
    upstreams = "".join(
        f"  - name: {name}\n    dialect: openai\n    base_url: https://localhost:{upstream}/v1\n"
        f'    api_keys: ["{UPSTREAM_KEY}"]\n    tls: {{ ca_file: {certificates.ca_file} }}\n{more}'
        for name, more in (("simulator", ""), ("beta", "    realtime: { shape: beta }\n"))
    )
    models = "".join(
        f"  - id: {id}\n    routes: [{{ upstream: {place}, model: {model} }}]\n    capabilities: [{capabilities}]\n"
        for id, (place, model, capabilities) in MODELS.items()
    )
    return (
        "listen:\n  - address: 127.0.0.1:0\nstore: sqlite:longwire.sqlite\n"
        f"upstreams:\n{upstreams}models:\n{models}limits:\n  handshake_timeout: {SILENCE}s\n"
        f"  conversation: {{ unauthenticated_per_address: {STRANGERS} }}\n"
    )


def counted(relay: Relay, key: Key, turns: int) -> dict:
    """What the ledger has for a key, once it has that many turns."""

    def told() -> dict | None:
        total = json.loads(relay.command("usage", "--key", key.id, "--json"))["total"]
        return total if total["requests"] >= turns else None

    return eventually(told, 10, "all rows have reached the ledger")
