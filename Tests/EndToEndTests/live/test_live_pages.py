"""Pages that speak Gemini Live themselves."""

import asyncio
import json

import pytest
import websockets

from live_relay import LiveRelay
from processes import Key

NATIVE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


@pytest.mark.parametrize(("key", "model", "code"), [("sk-lw-wrong", "live", 1007), (None, "nobody-has-this", 1008)])
async def test_a_page_is_told_inside_the_session(live: LiveRelay, own: Key, key: str | None, model: str, code: int):
    """A page cannot read why a handshake was refused."""
    url = f"{live.ws}{NATIVE}?key={key or own.text}"
    async with websockets.connect(url, origin="https://page.example.com") as socket:
        with pytest.raises(websockets.ConnectionClosed):
            await socket.send(json.dumps({"setup": {"model": f"models/{model}"}}))
            await asyncio.wait_for(socket.recv(), 10)
        assert socket.close_code == code and socket.close_reason
