"""Secrets of the console: of one key, for one model and one use."""

import httpx
import pytest
import websockets

from callers import make_key
from processes import Relay, eventually
from raw_turns import text_turn


@pytest.fixture
def key(admin: httpx.Client) -> dict:
    return make_key(admin)


def secret(admin: httpx.Client, key: dict, use: str, model: str) -> str:
    answer = admin.post(f"/api/keys/{key['id']}/secret", json={"model": model, "use": use})
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["value"].startswith("ek_lw_")
    return answer.json()["data"]["value"]


def chat(relay: Relay, credential: str, model: str = "sim-chat") -> httpx.Response:
    return httpx.post(
        relay.http + "/v1/chat/completions",
        headers={"authorization": f"Bearer {credential}"},
        json={"model": model, "messages": [{"role": "user", "content": "hello"}]},
        timeout=30,
    )


async def turn(relay: Relay, credential: str, model: str) -> str:
    async with websockets.connect(
        f"{relay.ws}/v1/realtime?model={model}", subprotocols=["realtime", f"openai-insecure-api-key.{credential}"]
    ) as socket:
        return await text_turn(socket, "hello secret")


async def test_a_chat_secret_opens_chat_and_no_session(guarded: Relay, admin: httpx.Client, key: dict):
    text = secret(admin, key, "chat", "sim-chat")
    assert chat(guarded, text).status_code == 200
    assert chat(guarded, text, "sim-slow").json()["error"]["code"] == "model_not_allowed"
    with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
        await turn(guarded, text, "sim-chat")
    assert refused.value.response.status_code == 403
    assert httpx.get(guarded.http + "/api/me", headers={"authorization": f"Bearer {text}"}).status_code == 403


async def test_a_realtime_secret_opens_a_session_and_no_chat(guarded: Relay, admin: httpx.Client, key: dict):
    text = secret(admin, key, "realtime", "gpt-realtime")
    assert "hello secret" in await turn(guarded, text, "gpt-realtime")
    assert chat(guarded, text, "gpt-realtime").json()["error"]["code"] == "client_secret_not_allowed"


def test_it_spends_for_its_key_and_ends_with_it(guarded: Relay, admin: httpx.Client, key: dict):
    text = secret(admin, key, "chat", "sim-chat")
    request = chat(guarded, text)

    def rows() -> list[dict]:
        query = {"request_id": request.headers["x-request-id"]}
        return admin.get("/api/usage/rows", params=query).json()["data"]

    assert [row["key"] for row in eventually(rows, 10, "the request's row")] == [key["id"]]
    admin.post(f"/api/keys/{key['id']}/revoke")
    assert chat(guarded, text).status_code == 401
    assert admin.post(f"/api/keys/{key['id']}/secret", json={"model": "sim-chat", "use": "chat"}).status_code == 409
