"""Live sessions: seen while they run, ended by an operator."""

import asyncio
import json

import httpx
import websockets

from callers import make_key, make_member, page
from processes import Relay


async def test_a_session_is_seen_and_ended(guarded: Relay, admin: httpx.Client) -> None:
    account = admin.post("/api/accounts", json={"name": "live"}).json()["data"]
    key = make_key(admin, account=account["id"])
    make_member(admin, "live-member", account=account["id"])
    make_member(admin, "other-member")
    url = guarded.ws + "/v1/realtime?model=sim-realtime"
    async with websockets.connect(url, additional_headers={"authorization": f"Bearer {key['key']}"}) as session:
        assert json.loads(await session.recv())["type"] == "session.created"
        live = admin.get("/api/sessions", params={"key": key["id"]}).json()["data"]
        assert len(live) == 1
        assert live[0]["model"] == "sim-realtime"
        assert live[0]["kind"] == "realtime"
        assert live[0]["messages_from_upstream"] >= 1
        with page(guarded, "other-member") as client:
            assert client.get("/api/sessions").json()["data"] == []
            assert client.delete(f"/api/sessions/{live[0]['id']}").status_code == 404
        with page(guarded, "live-member") as client:
            assert client.delete(f"/api/sessions/{live[0]['id']}").json()["data"]["ended"] is True
        events = []
        try:
            async with asyncio.timeout(10):
                while True:
                    events.append(json.loads(await session.recv()))
        except websockets.ConnectionClosed as closed:
            assert closed.rcvd is not None and closed.rcvd.code == 1008
        assert events[-1]["error"]["code"] == "session_ended"
    assert admin.delete(f"/api/sessions/{live[0]['id']}").status_code == 404
