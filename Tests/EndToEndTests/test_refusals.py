"""Every refusal before the 101: status, JSON body, request id; and what a browser is told instead."""

import base64
import http.client
import json
import os
import time

import pytest
import websockets

from processes import Key, Relay, eventually
from raw_turns import close_code, events_to_the_end

PATH = "/v1/realtime?model=sim-realtime"
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
ORIGIN = "https://app.example.com"


def handshake(relay: Relay, path: str = PATH, key: str | None = None, **headers: str):
    """An upgrade request; status, headers, parsed body. Underscores in names become hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    fields = UPGRADE | {"Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}
    if key:
        fields["Authorization"] = f"Bearer {key}"
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers={name: value for name, value in fields.items() if value})
    response = connection.getresponse()
    status, answered, body = response.status, response.headers, b"" if response.status == 101 else response.read()
    connection.close()
    return status, answered, json.loads(body) if body else None


def check(answer, status: int, type: str | None, code: str | None) -> dict:
    """A refusal has the documented shape; returns its error object."""
    got, headers, body = answer
    assert got == status, (got, body)
    assert headers["content-type"].startswith("application/json")
    assert headers["x-request-id"]
    assert headers["request-id"] == headers["x-request-id"]
    error = body["error"]
    assert {"message", "type", "param", "code"} <= error.keys()
    assert error["message"]
    if type:
        assert error["type"] == type
    if code:
        assert error["code"] == code
    return error


@pytest.fixture(scope="module")
def expired(relay: Relay) -> Key:
    key = relay.create_key("--expires", "1s", name="expired")
    time.sleep(1.2)
    return key


@pytest.fixture(scope="module")
def revoked(relay: Relay) -> Key:
    key = relay.create_key(name="revoked")
    relay.revoke(key)
    return key


@pytest.fixture(scope="module")
def chat_only(relay: Relay) -> Key:
    return relay.create_key("--models", "sim-chat", name="chat only")


@pytest.fixture(scope="module")
def elsewhere(relay: Relay) -> Key:
    return relay.create_key("--allow-ip", "10.0.0.0/8,2001:db8::/32", name="elsewhere")


def test_no_key(relay: Relay):
    check(handshake(relay), 401, "authentication_error", "authentication_failed")


@pytest.mark.parametrize("wrong", ["sk-lw-wrong", "sk-proj-somebody-elses", "' OR 1=1", "x" * 4_000])
def test_unknown_key(relay: Relay, wrong: str):
    error = check(handshake(relay, key=wrong), 401, "invalid_request_error", "invalid_api_key")
    assert wrong not in json.dumps(error), "the key came back"


@pytest.mark.parametrize("carrier", ["x-api-key", "api-key", "x-goog-api-key", "query"])
def test_unknown_key_in_any_carrier(relay: Relay, carrier: str):
    if carrier == "query":
        answer = handshake(relay, f"{PATH}&key=sk-lw-wrong")
    else:
        answer = handshake(relay, **{carrier: "sk-lw-wrong"})
    check(answer, 401, "invalid_request_error", "invalid_api_key")


@pytest.mark.parametrize("carrier", ["x-api-key", "api-key", "x-goog-api-key", "query"])
def test_good_key_in_any_carrier(relay: Relay, key: Key, carrier: str):
    if carrier == "query":
        status, _, _ = handshake(relay, f"{PATH}&key={key.text}")
    else:
        status, _, _ = handshake(relay, **{carrier: key.text})
    assert status == 101


def test_expired_key(relay: Relay, expired: Key):
    check(handshake(relay, key=expired.text), 401, "authentication_error", "api_key_expired")


def test_revoked_key(relay: Relay, revoked: Key):
    check(handshake(relay, key=revoked.text), 401, "authentication_error", "api_key_revoked")


def test_a_running_relay_sees_a_revocation_soon(relay: Relay):
    key = relay.create_key(name="soon revoked")
    assert handshake(relay, key=key.text)[0] == 101
    relay.revoke(key)
    eventually(lambda: handshake(relay, key=key.text)[0] == 401, 20, "the revoked key is refused")


def test_a_rotated_key(relay: Relay):
    old = relay.create_key(name="rotated")
    new = json.loads(relay.command("keys", "rotate", old.id, "--json"))["key"]
    assert handshake(relay, key=new)[0] == 101
    check(handshake(relay, key=old.text), 401, "invalid_request_error", "invalid_api_key")


def test_model_not_allowed(relay: Relay, chat_only: Key):
    check(handshake(relay, key=chat_only.text), 403, "permission_error", "model_not_allowed")


def test_address_not_allowed(relay: Relay, elsewhere: Key):
    check(handshake(relay, key=elsewhere.text), 403, "permission_error", "ip_not_allowed")


def test_unknown_model(relay: Relay, key: Key):
    check(handshake(relay, "/v1/realtime?model=no-such-model", key.text), 404, None, "model_not_found")


def test_missing_model(relay: Relay, key: Key):
    check(handshake(relay, "/v1/realtime?model=", key.text), 400, "invalid_request_error", "missing_required_parameter")


def test_unknown_path(relay: Relay, key: Key):
    check(handshake(relay, "/v1/nothing?model=sim-realtime", key.text), 404, "invalid_request_error", "not_found")


def test_conflicting_keys(relay: Relay, key: Key):
    answer = handshake(relay, key=key.text, x_api_key="sk-lw-another")
    check(answer, 400, "invalid_request_error", None)


def test_no_upgrade(relay: Relay, key: Key):
    answer = handshake(relay, key=key.text, Upgrade="", Connection="")
    check(answer, 426, "invalid_request_error", "upgrade_required")


def test_upstream_down(relay: Relay, key: Key):
    # Other tests may have failed there a moment ago; after five in a row the relay asks no more for a while.
    relay.enable_provider_key("down")
    check(handshake(relay, "/v1/realtime?model=down", key.text), 502, "api_error", "bad_gateway")


def test_upstream_silent(relay: Relay, key: Key):
    relay.enable_provider_key("faulty-sim-stall-handshake")
    check(handshake(relay, "/v1/realtime?model=sim-stall-handshake", key.text), 504, "api_error", "gateway_timeout")


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_the_upstreams_refusal_is_passed_on(relay: Relay, key: Key, status: int):
    # Another test may have met its limit a moment ago.
    relay.enable_provider_key(f"faulty-sim-refuse-{status}")
    answer = handshake(relay, f"/v1/realtime?model=sim-refuse-{status}", key.text)
    error = check(answer, status, None, None)
    assert f"asked to refuse with status {status}" in error["message"]
    if status == 429:
        assert answer[1]["retry-after"] == "1"


@pytest.mark.parametrize("status", [401, 403])
def test_an_upstream_that_refuses_our_own_key_is_a_bad_gateway(relay: Relay, key: Key, status: int):
    """The client's key is fine, so 401 would tell it a lie."""
    target = f"/v1/realtime?model=sim-refuse-{status}"
    for _ in range(2):
        check(handshake(relay, target, key.text), 502, "api_error", "upstream_auth_error")


def test_request_ids(relay: Relay):
    _, ours, _ = handshake(relay)
    _, others, _ = handshake(relay)
    assert ours["x-request-id"] != others["x-request-id"]
    _, mine, _ = handshake(relay, x_request_id="mine-1234")
    assert mine["x-request-id"] == "mine-1234"


def test_origin_not_allowed(start, simulator):
    relay = start.relay(simulator.port("https"), more=f'origins: ["{ORIGIN}"]\n')
    key = relay.create_key()
    answer = handshake(relay, key=key.text, Origin="https://evil.example")
    check(answer, 403, "permission_error", "origin_not_allowed")
    assert handshake(relay, key=key.text, Origin=ORIGIN)[0] == 101
    assert handshake(relay, key=key.text)[0] == 101


# The same admission on the HTTP path.


def chat(relay: Relay, key: str | None = None, model: str = "sim-chat", body: bytes | None = None):
    """A chat request; status, headers, parsed body."""
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    fields = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    message = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    connection.request("POST", "/v1/chat/completions", body or json.dumps(message), fields)
    response = connection.getresponse()
    answer = response.status, response.headers, json.loads(response.read())
    connection.close()
    return answer


def test_chat_without_key(relay: Relay):
    check(chat(relay), 401, "authentication_error", "authentication_failed")


def test_chat_with_unknown_key(relay: Relay):
    check(chat(relay, "sk-lw-wrong"), 401, "invalid_request_error", "invalid_api_key")


def test_chat_with_expired_key(relay: Relay, expired: Key):
    check(chat(relay, expired.text), 401, "authentication_error", "api_key_expired")


def test_chat_with_revoked_key(relay: Relay, revoked: Key):
    check(chat(relay, revoked.text), 401, "authentication_error", "api_key_revoked")


def test_chat_with_model_not_allowed(relay: Relay, chat_only: Key):
    check(chat(relay, chat_only.text, "sim-slow"), 403, "permission_error", "model_not_allowed")
    assert chat(relay, chat_only.text)[0] == 200


def test_chat_at_the_wrong_address(relay: Relay, elsewhere: Key):
    check(chat(relay, elsewhere.text), 403, "permission_error", "ip_not_allowed")


def test_chat_with_unknown_model(relay: Relay, key: Key):
    check(chat(relay, key.text, "no-such-model"), 404, "invalid_request_error", "model_not_found")


def test_chat_with_upstream_down(relay: Relay, key: Key):
    relay.enable_provider_key("down")
    check(chat(relay, key.text, "down"), 502, "api_error", "bad_gateway")


def test_chat_with_upstream_silent(relay: Relay, key: Key):
    relay.enable_provider_key("faulty-sim-stall-handshake")
    check(chat(relay, key.text, "sim-stall-handshake"), 504, "api_error", "gateway_timeout")


def test_chat_too_large(relay: Relay, key: Key):
    body = json.dumps({"model": "sim-chat", "messages": [{"role": "user", "content": "x" * 5_000_000}]}).encode()
    try:
        answer = chat(relay, key.text, body=body)
    except (ConnectionResetError, BrokenPipeError):
        # The refusal may overtake the body; a client that only writes then sees the connection end.
        return
    check(answer, 413, "invalid_request_error", "request_too_large")


async def test_message_too_large(relay: Relay, tls, key: Key):
    async with websockets.connect(
        f"{relay.wss}{PATH}", ssl=tls, additional_headers={"Authorization": f"Bearer {key.text}"}
    ) as socket:
        await socket.send("x" * 5_000_000)
        _, end = await events_to_the_end(socket, 20)
        assert close_code(end) == 1009


# What browsers are told.


async def told(relay: Relay, tls, key: str, path: str = PATH) -> tuple[dict, int | None]:
    """The one event and the close code of a refused browser."""
    async with websockets.connect(
        f"{relay.wss}{path}", ssl=tls, origin=ORIGIN, subprotocols=["realtime", f"openai-insecure-api-key.{key}"]
    ) as socket:
        assert socket.subprotocol == "realtime"
        events, end = await events_to_the_end(socket, 20)
        assert [event["type"] for event in events] == ["error"]
        assert events[0]["event_id"]
        assert key not in json.dumps(events)
        return events[0]["error"], close_code(end)


async def test_browser_with_unknown_key(relay: Relay, tls):
    error, code = await told(relay, tls, "sk-lw-wrong")
    assert (error["code"], code) == ("invalid_api_key", 3000)


async def test_browser_with_expired_key(relay: Relay, tls, expired: Key):
    error, code = await told(relay, tls, expired.text)
    assert (error["code"], code) == ("api_key_expired", 3000)


async def test_browser_with_revoked_key(relay: Relay, tls, revoked: Key):
    error, code = await told(relay, tls, revoked.text)
    assert (error["code"], code) == ("api_key_revoked", 3000)


async def test_browser_with_model_not_allowed(relay: Relay, tls, chat_only: Key):
    error, code = await told(relay, tls, chat_only.text)
    assert (error["code"], code) == ("model_not_allowed", 3003)


async def test_browser_at_the_wrong_address(relay: Relay, tls, elsewhere: Key):
    error, code = await told(relay, tls, elsewhere.text)
    assert (error["code"], code) == ("ip_not_allowed", 3003)


async def test_browser_with_unknown_model(relay: Relay, tls, key: Key):
    error, code = await told(relay, tls, key.text, "/v1/realtime?model=no-such-model")
    assert (error["code"], code) == ("model_not_found", 4004)


async def test_browser_without_model(relay: Relay, tls, key: Key):
    error, code = await told(relay, tls, key.text, "/v1/realtime?model=")
    assert (error["code"], code) == ("missing_required_parameter", 4000)


async def test_browser_with_upstream_down(relay: Relay, tls, key: Key):
    relay.enable_provider_key("down")
    error, code = await told(relay, tls, key.text, "/v1/realtime?model=down")
    assert (error["code"], code) == ("bad_gateway", 1014)


async def test_browser_with_upstream_silent(relay: Relay, tls, key: Key):
    relay.enable_provider_key("faulty-sim-stall-handshake")
    error, code = await told(relay, tls, key.text, "/v1/realtime?model=sim-stall-handshake")
    assert (error["code"], code) == ("gateway_timeout", 1014)


async def test_browser_with_upstream_refusing(relay: Relay, tls, key: Key):
    relay.enable_provider_key("faulty-sim-refuse-429")
    error, code = await told(relay, tls, key.text, "/v1/realtime?model=sim-refuse-429")
    assert (error["code"], code) == ("rate_limit_exceeded", 1013)
