"""Browser-like clients: no headers of their own, the key among the subprotocols, over `wss`."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import websockets

from certificates import Certificates
from processes import Key, Relay
from raw_turns import text_turn

SCRIPT = Path(__file__).with_name("node_client.cjs")
ORIGIN = "https://app.example.com"


def subprotocols(key: Key) -> list[str]:
    return ["realtime", f"openai-insecure-api-key.{key.text}"]


async def test_turn_with_key_in_subprotocols(relay: Relay, key: Key, tls):
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=gpt-realtime", ssl=tls, origin=ORIGIN, subprotocols=subprotocols(key)
    ) as socket:
        assert socket.subprotocol == "realtime"
        assert "hello browser" in await text_turn(socket, "hello browser")


async def test_key_token_is_never_echoed(relay: Relay, key: Key, tls):
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=gpt-realtime", ssl=tls, origin=ORIGIN, subprotocols=subprotocols(key)
    ) as socket:
        answered = str(socket.response.headers)
        assert key.text not in answered
        assert "insecure" not in answered


async def test_more_tokens_in_any_order(relay: Relay, key: Key, tls):
    offered = ["openai-agents-sdk.0.1.0", f"openai-insecure-api-key.{key.text}", "openai-project.p", "realtime"]
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=gpt-realtime", ssl=tls, origin=ORIGIN, subprotocols=offered
    ) as socket:
        assert socket.subprotocol == "realtime"
        assert "hello" in await text_turn(socket, "hello")


async def test_beta_shape_by_subprotocol(relay: Relay, key: Key, tls):
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=gpt-realtime",
        ssl=tls,
        origin=ORIGIN,
        subprotocols=[*subprotocols(key), "openai-beta.realtime-v1"],
    ) as socket:
        created = json.loads(await socket.recv())
        assert created["type"] == "session.created"
        assert created["session"]["modalities"] == ["text", "audio"]


async def test_compression_offered_as_browsers_do(relay: Relay, key: Key, tls):
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=gpt-realtime",
        ssl=tls,
        origin=ORIGIN,
        subprotocols=subprotocols(key),
        compression="deflate",
    ) as socket:
        assert "hello" in await text_turn(socket, "hello")


#: Node 20 has the browsers' WebSocket behind a flag; later ones take the flag and need it no more.
NODE = {"ws": ["node"], "native": ["node", "--experimental-websocket"]}


def node_has(kind: str) -> bool:
    if not shutil.which("node"):
        return False
    probe = "require('ws')" if kind == "ws" else "if (!globalThis.WebSocket) process.exit(1)"
    return subprocess.run([*NODE[kind], "-e", probe], env=node_environment(), capture_output=True).returncode == 0


def node_environment(**more: str) -> dict[str, str]:
    return os.environ | {"NODE_PATH": "/usr/share/nodejs"} | more


@pytest.mark.parametrize(("kind", "carrier"), [("ws", "header"), ("ws", "subprotocol"), ("native", "subprotocol")])
def test_node(relay: Relay, key: Key, certificates: Certificates, kind: str, carrier: str):
    if not node_has(kind):
        pytest.skip("node or its WebSocket is not installed")
    result = subprocess.run(
        [*NODE[kind], str(SCRIPT), kind, f"{relay.wss}/v1/realtime?model=gpt-realtime", key.text, carrier],
        env=node_environment(NODE_EXTRA_CA_CERTS=str(certificates.ca_file)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert "hello from node" in answer["text"]
    assert answer["protocol"] == ("realtime" if carrier == "subprotocol" else "")
