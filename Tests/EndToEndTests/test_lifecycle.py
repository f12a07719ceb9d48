"""Sudden deaths on both sides, and the relay's own orderly end."""

import asyncio
import http.client
import json
import socket as sockets
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
import websockets

from processes import eventually, free_port, local_ports_to
from raw_turns import CREATE, close_code, events_to_the_end, item, text_turn
from upstream_log import UpstreamLog

#: The death of one side must end the other within a second; the rest is a slow machine's.
DEATH_SECONDS = 10
GRACE_SECONDS = 12
REALTIME = "/v1/realtime"


@pytest.fixture
def pair(start):
    # A port that is still free when the simulator comes back to it.
    simulator = start.simulator(free_port())
    relay = start.relay(simulator.port("https"))
    return simulator, relay, relay.create_key()


def connect(relay, key, tls, model: str = "sim-realtime"):
    return websockets.connect(
        f"{relay.wss}{REALTIME}?model={model}", ssl=tls, additional_headers={"Authorization": f"Bearer {key.text}"}
    )


async def test_killed_upstream(pair, start, tls):
    simulator, relay, key = pair
    port = simulator.port("https")
    async with connect(relay, key, tls, "sim-slow") as first, connect(relay, key, tls) as second:
        await first.send(item("hello"))
        await first.send(CREATE)
        assert "hello" in await text_turn(second, "hello")
        simulator.kill()
        began = time.monotonic()
        for session in (first, second):
            events, end = await events_to_the_end(session, DEATH_SECONDS)
            assert events[-1]["type"] == "error"
            assert events[-1]["error"]["code"] == "bad_gateway"
            assert close_code(end) == 1014
        assert time.monotonic() - began < DEATH_SECONDS
    assert relay.is_running
    start.simulator(port)
    async with connect(relay, key, tls) as session:
        assert "back again" in await text_turn(session, "back again")


async def test_killed_client(pair):
    simulator, relay, key = pair
    log = UpstreamLog(simulator.log)
    client = subprocess.Popen(
        [
            sys.executable, str(Path(__file__).with_name("session_until_killed.py")),
            f"{relay.ws}{REALTIME}?model=sim-realtime", key.text,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert client.stdout.readline() == "open\n"
        connection = log.last_connection(REALTIME)
        assert not log.of(connection, "closed")
    finally:
        client.kill()
        client.wait()
        client.stdout.close()
    eventually(lambda: log.of(connection, "closed"), DEATH_SECONDS, "the upstream connection is closed")
    assert relay.is_running


async def test_reset_client(pair, tls):
    """A reset instead of a FIN, in the middle of an answer."""
    simulator, relay, key = pair
    log = UpstreamLog(simulator.log)
    session = await websockets.connect(
        f"{relay.ws}{REALTIME}?model=sim-slow", additional_headers={"Authorization": f"Bearer {key.text}"}
    )
    await session.send(item("hello"))
    await session.send(CREATE)
    await session.recv()
    connection = log.last_connection(REALTIME)
    raw = session.transport.get_extra_info("socket")
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    session.transport.abort()
    await asyncio.to_thread(
        eventually, lambda: log.of(connection, "closed"), DEATH_SECONDS, "the upstream connection is closed"
    )
    async with connect(relay, key, tls) as other:
        assert "hello" in await text_turn(other, "hello")


async def test_a_clients_close_reaches_the_upstream(pair, tls):
    simulator, relay, key = pair
    log = UpstreamLog(simulator.log)
    session = await connect(relay, key, tls)
    await session.recv()
    connection = log.last_connection(REALTIME)
    await session.close(4321, "that is all")
    ended = await asyncio.to_thread(
        eventually, lambda: log.of(connection, "closed"), DEATH_SECONDS, "the upstream connection is closed"
    )
    assert (ended[0]["code"], ended[0]["reason"]) == (4321, "that is all")


def streaming(relay, key, model: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """A chat stream of which the first line has been read."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    fields = {"Authorization": f"Bearer {key.text}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), fields)
    response = connection.getresponse()
    assert response.readline().startswith(b"data: ")
    return connection, response


def test_a_client_that_leaves_a_stream_ends_it_upstream(pair):
    simulator, relay, key = pair
    port = simulator.port("https")
    connection, _ = streaming(relay, key, "sim-stall-mid-turn")
    assert local_ports_to(port)
    connection.sock.shutdown(sockets.SHUT_RDWR)
    connection.close()
    eventually(lambda: not local_ports_to(port), DEATH_SECONDS, "the upstream connection is closed")


def test_sigterm_lets_a_stream_finish(pair):
    _, relay, key = pair
    connection, response = streaming(relay, key, "sim-chat")
    relay.terminate()
    rest = response.read()
    connection.close()
    assert rest.rstrip().endswith(b"data: [DONE]")
    assert relay.process.wait(GRACE_SECONDS) == 0


async def test_sigterm(pair, tls):
    simulator, relay, key = pair
    log = UpstreamLog(simulator.log)
    sessions = [await connect(relay, key, tls) for _ in range(20)]
    for session in sessions:
        await session.recv()
    relay.terminate()
    began = time.monotonic()
    for session in sessions:
        _, end = await events_to_the_end(session, GRACE_SECONDS)
        assert close_code(end) == 1001
    await asyncio.to_thread(relay.process.wait, GRACE_SECONDS)
    assert time.monotonic() - began < GRACE_SECONDS
    assert relay.process.returncode == 0, relay.output[-2000:]

    def closed() -> int:
        return sum(record["record"] == "closed" for record in log.records)

    eventually(lambda: closed() >= 20, DEATH_SECONDS, "the upstream has seen all of them end")
    assert closed() == 20


async def test_sigterm_with_nobody_there(pair):
    _, relay, _ = pair
    relay.terminate()
    began = time.monotonic()
    await asyncio.to_thread(relay.process.wait, GRACE_SECONDS)
    assert relay.process.returncode == 0
    assert time.monotonic() - began < DEATH_SECONDS
