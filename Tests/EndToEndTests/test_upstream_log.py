"""What arrives upstream: the relay's own credential, none of the client's, and every byte as it was sent."""

import asyncio
import http.client
import json

import pytest
import websockets

from processes import UPSTREAM_KEY, Key, Relay, local_ports_to
from raw_turns import CREATE, item, text_turn
from upstream_log import UpstreamLog, fingerprint, headers, logged_fingerprint

CHAT = "/v1/chat/completions"
REALTIME = "/v1/realtime"


def post(relay: Relay, key: Key, body: bytes) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    fields = {"Authorization": f"Bearer {key.text}", "Content-Type": "application/json"}
    connection.request("POST", CHAT, body, fields)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status == 200, answer
    return answer


def last_body(log: UpstreamLog) -> str:
    return log.of(log.last_connection(CHAT), "body")[-1]["text"]


async def test_messages_arrive_byte_for_byte(relay: Relay, key: Key, tls, log: UpstreamLog):
    """Odd spacing, order, escapes, unknown members and unknown events: nothing is re-encoded."""
    odd = [
        '{ "type" :\t"session.update","session":{"type":"realtime","instructions":"\\u00e9 é 😀\\/"} , "x":1.0e2}',
        '{"session":{"audio":{"input":{"turn_detection":null}},"type":"realtime"},"type":"session.update"}',
        '{"type":"event.of.tomorrow","payload":[1,2,{"deep":null}]}\n',
        "no JSON at all",
        item("hello log"),
        CREATE,
    ]
    received = []
    async with websockets.connect(
        f"{relay.wss}{REALTIME}?model=sim-realtime", ssl=tls, additional_headers={"Authorization": f"Bearer {key.text}"}
    ) as socket:
        for message in odd:
            await socket.send(message)
        async with asyncio.timeout(30):
            while not received or '"rate_limits.updated"' not in received[-1]:
                received.append(await socket.recv())
    connection = log.last_connection(REALTIME)
    arrived = log.messages(connection, "received")
    assert [record["text"] for record in arrived] == odd
    sent = log.messages(connection, "sent")
    assert [record["text"] for record in sent] == received


@pytest.mark.parametrize("opcode", ["text", "binary"])
async def test_sizes_and_opcodes_arrive(relay: Relay, key: Key, tls, log: UpstreamLog, opcode: str):
    """Through an upstream that echoes; the sizes at which frame headers change, and one above 1 MiB."""
    sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 1_048_577]
    messages = [("é" * (size // 2) + "x" * (size % 2)) for size in sizes]
    if opcode == "binary":
        messages = [bytes(index % 251 for index in range(size)) for size in sizes]
    async with websockets.connect(
        f"{relay.wss}{REALTIME}?model=sim-echo",
        ssl=tls,
        additional_headers={"Authorization": f"Bearer {key.text}"},
        max_size=None,
    ) as socket:
        for message in messages:
            await socket.send(message)
            async with asyncio.timeout(20):
                assert await socket.recv() == message
    arrived = log.messages(log.last_connection(REALTIME), "received")
    assert [logged_fingerprint(record) for record in arrived] == [fingerprint(message) for message in messages]


async def test_fragmented_messages_stay_one(relay: Relay, key: Key, tls, log: UpstreamLog):
    async with websockets.connect(
        f"{relay.wss}{REALTIME}?model=sim-echo", ssl=tls, additional_headers={"Authorization": f"Bearer {key.text}"}
    ) as socket:
        for fragments in (["a", "", "é" * 70_000, "z"], [b"\x00", b"\xff" * 65_536]):
            await socket.send(fragments)
            async with asyncio.timeout(20):
                whole = await socket.recv()
            assert whole == type(whole)().join(fragments)
    assert len(log.messages(log.last_connection(REALTIME), "received")) == 2


async def test_binary_events_stay_binary(relay: Relay, key: Key, tls):
    async with websockets.connect(
        f"{relay.wss}{REALTIME}?model=sim-binary", ssl=tls, additional_headers={"Authorization": f"Bearer {key.text}"}
    ) as socket:
        async with asyncio.timeout(10):
            first = await socket.recv()
        assert isinstance(first, bytes)
        assert json.loads(first)["type"] == "session.created"


def test_chat_body_arrives_byte_for_byte(relay: Relay, key: Key, log: UpstreamLog):
    body = (
        '{ "messages":[{"content":"h\\u00e9llo é","role":"user"}],\n\t"model":"sim-chat", "temperature":1.0,"seed":1 }'
    )
    post(relay, key, body.encode())
    assert last_body(log) == body


def test_only_the_models_name_changes(relay: Relay, key: Key, log: UpstreamLog):
    body = (
        '{ "messages":[{"content":"the model \\"renamed-chat\\"","role":"user"}], "model" : "renamed-chat" ,"seed":1}'
    )
    post(relay, key, body.encode())
    assert last_body(log) == body.replace('"model" : "renamed-chat"', '"model" : "sim-chat"')


def test_streams_ask_for_usage_and_keep_it_from_the_client(relay: Relay, key: Key, log: UpstreamLog):
    body = {"model": "sim-chat", "messages": [{"role": "user", "content": "hello"}], "stream": True}
    answer = post(relay, key, json.dumps(body).encode())
    arrived = json.loads(last_body(log))
    assert arrived.pop("stream_options")["include_usage"] is True
    assert arrived == body
    data = [line[6:] for line in answer.decode().split("\n") if line.startswith("data: ")]
    assert data[-1] == "[DONE]"
    assert all(json.loads(chunk)["choices"] for chunk in data[:-1])


async def test_no_client_credential_travels(relay: Relay, tls, log: UpstreamLog):
    """A key of its own in every carrier there is; none of them is seen upstream, not even its token's name."""
    key = relay.create_key(name="canary")
    url = f"{relay.wss}{REALTIME}?model=sim-realtime"
    carriers = [
        {"additional_headers": {"Authorization": f"Bearer {key.text}"}},
        {"additional_headers": {"x-api-key": key.text}},
        {"additional_headers": {"api-key": key.text}},
        {"additional_headers": {"x-goog-api-key": key.text}},
        {"subprotocols": ["realtime", f"openai-insecure-api-key.{key.text}"], "origin": "https://app.example.com"},
        {},
    ]
    before = len(log.requests(REALTIME))
    for carrier in carriers:
        place = url if carrier else f"{url}&key={key.text}"
        async with websockets.connect(place, ssl=tls, **carrier) as socket:
            await text_turn(socket, "hello")
    post(relay, key, b'{"model":"sim-chat","messages":[{"role":"user","content":"hello"}]}')
    requests = log.requests(REALTIME)[before:] + log.requests(CHAT)[-1:]
    assert len(requests) == len(carriers) + 1
    for request in requests:
        fields = headers(request)
        assert fields["authorization"] == f"Bearer {UPSTREAM_KEY}"
        assert fields.get("sec-websocket-protocol", "realtime") == "realtime"
        for name in ("x-api-key", "api-key", "x-goog-api-key", "origin", "cookie", "x-forwarded-for"):
            assert name not in fields
        assert fields["host"].startswith("localhost:")
        assert "key=" not in request["target"]
    raw = log.raw
    assert key.text.encode() not in raw
    assert b"openai-insecure-api-key" not in raw
    assert key.text not in relay.output


def test_refused_clients_cause_no_dial(relay: Relay, log: UpstreamLog):
    before = len(log.records)
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=10)
    connection.request("POST", CHAT, b'{"model":"sim-chat","messages":[]}', {"Authorization": "Bearer sk-lw-wrong"})
    assert connection.getresponse().status == 401
    connection.close()
    assert len(log.records) == before


def test_upstream_connections_are_reused(start):
    simulator = start.simulator()
    relay = start.relay(simulator.port("https"))
    key = relay.create_key()
    client = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    seen: set[str] = set()
    for number in range(10):
        body = {"model": "sim-chat", "messages": [{"role": "user", "content": f"say exactly: {number}"}]}
        fields = {"Authorization": f"Bearer {key.text}", "Content-Type": "application/json"}
        client.request("POST", CHAT, json.dumps(body), fields)
        answer = json.loads(client.getresponse().read())
        assert answer["choices"][0]["message"]["content"] == str(number)
        seen |= local_ports_to(simulator.port("https"))
    client.close()
    assert len(seen) == 1, f"{len(seen)} upstream connections for ten requests in a row"
