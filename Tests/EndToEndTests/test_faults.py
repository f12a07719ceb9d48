"""Upstreams that break, close oddly or talk nonsense; fail-over to the next route."""

import pytest
import websockets

from processes import Key, Relay
from raw_turns import CREATE, close_code, events_to_the_end, item, text_turn


async def turn(relay: Relay, key: Key, tls, model: str):
    """A text turn against a model that will not finish it; all events, and how the connection ended."""
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model={model}",
        ssl=tls,
        additional_headers={"Authorization": f"Bearer {key.text}"},
        max_size=None,
    ) as socket:
        await socket.send(item("one two three four"))
        await socket.send(CREATE)
        return await events_to_the_end(socket)


@pytest.mark.parametrize("code", [1000, 1013, 4000])
async def test_close_code_and_reason_are_carried(relay: Relay, key: Key, tls, code: int):
    events, end = await turn(relay, key, tls, f"sim-close-{code}")
    assert close_code(end) == code
    assert end.rcvd.reason == f"simulated close {code}"
    assert "response.output_text.delta" in [event["type"] for event in events]


@pytest.mark.parametrize(
    "model", ["sim-close-1005", "sim-close-1006", "sim-close-999", "sim-garbage", "sim-drop-mid-turn"]
)
async def test_an_upstream_that_breaks_is_told(relay: Relay, key: Key, tls, model: str):
    """Everything before the break arrives, then an error event, then a close frame that may travel."""
    events, end = await turn(relay, key, tls, model)
    types = [event["type"] for event in events]
    assert "response.output_text.delta" in types
    assert types[-1] == "error"
    assert events[-1]["error"]["code"] == "bad_gateway"
    assert close_code(end) == 1014


async def test_a_failed_response_is_passed_on(relay: Relay, key: Key, tls):
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=sim-fail-turn",
        ssl=tls,
        additional_headers={"Authorization": f"Bearer {key.text}"},
    ) as socket:
        await text_turn(socket, "hello")


async def test_an_expiring_session(relay: Relay, key: Key, tls):
    events, end = await turn(relay, key, tls, "sim-expire")
    assert events[-1]["error"]["code"] == "session_expired"
    assert close_code(end) == 1001


@pytest.mark.parametrize("model", ["fail-over", "fail-over-refused"])
async def test_fail_over(relay: Relay, key: Key, tls, model: str):
    """The first route refuses; the client only sees the second."""
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model={model}",
        ssl=tls,
        additional_headers={"Authorization": f"Bearer {key.text}"},
    ) as socket:
        assert "hello" in await text_turn(socket, "hello")
