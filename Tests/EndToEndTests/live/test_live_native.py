"""Google's SDK holding live sessions through the relay, byte for byte (protocol: realtime §14)."""

import asyncio
import base64
import json
import ssl

import pytest
import websockets
from google import genai
from google.genai import errors, types

from live_relay import Costs, LiveRelay
from live_double import AUDIO, LiveDouble
from processes import Key

PATH = "/ws/google.ai.generativelanguage.{}.GenerativeService.BidiGenerateContent{}"
TEXT = {"response_modalities": ["TEXT"], "system_instruction": "Be brief.", "session_resumption": {}}


@pytest.fixture
def google(live: LiveRelay, own: Key, certificates, monkeypatch: pytest.MonkeyPatch):
    """A client of Google's SDK, which speaks with servers under TLS only."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))

    def make(key: str = own.text, version: str = "v1beta") -> genai.Client:
        return genai.Client(api_key=key, http_options={"base_url": live.https, "api_version": version})

    return make


async def ask(session, words: str) -> list:
    await session.send_client_content(
        turns=types.Content(role="user", parts=[types.Part(text=words)]), turn_complete=True
    )
    return [message async for message in session.receive()]


def said(messages: list) -> str:
    parts = [p for m in messages if m.server_content and m.server_content.model_turn for p in m.server_content.model_turn.parts]
    return "".join(p.text for p in parts if p.text and not p.thought)


@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
async def test_text_turns(google, double: LiveDouble, costs: Costs, version: str):
    async with google(version=version).aio.live.connect(model="live", config=TEXT) as session:
        for words in ("one", "two", "drei äöü"):
            messages = await ask(session, words)
            assert said(messages) == f"You said: {words}"
            usage = next(m.usage_metadata for m in messages if m.usage_metadata)
            assert usage.total_token_count == double.told[-1]["totalTokenCount"]
    connection = double.connections[-1]
    assert connection.version == version
    assert connection.setup["model"] == "models/gemini-live-upstream"
    assert connection.setup["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert connection.heard == ["one", "two", "drei äöü"]
    rows = costs.check()
    assert [row["status"] for row in rows] == ["completed"] * 3
    assert {row["model"] for row in rows} == {"live"}
    assert {row["upstream_model"] for row in rows} == {"gemini-live-upstream"}


async def test_audio_in_and_out(google, double: LiveDouble, costs: Costs):
    config = {"response_modalities": ["AUDIO"], "input_audio_transcription": {}, "output_audio_transcription": {}}
    async with google().aio.live.connect(model="live", config=config) as session:
        for _ in range(5):
            await session.send_realtime_input(audio=types.Blob(data=b"\1\2" * 1600, mime_type="audio/pcm;rate=16000"))
        await session.send_realtime_input(audio_stream_end=True)
        messages = [message async for message in session.receive()]
    audio = b"".join(m.data for m in messages if m.data)
    assert audio == b"".join(base64.b64decode(piece) for piece in AUDIO)
    heard = [m.server_content.input_transcription for m in messages if m.server_content]
    assert "".join(t.text for t in heard if t and t.text) == "what you said"
    assert double.connections[-1].audio_bytes == 5 * 3200
    rows = costs.check()
    assert rows[0]["output_audio"] > 0


@pytest.mark.parametrize("words", ["tool", "tool counted"])
async def test_calls_of_functions(google, costs: Costs, words: str):
    config = TEXT | {"tools": [{"function_declarations": [{"name": "weather"}]}]}
    async with google().aio.live.connect(model="live", config=config) as session:
        await session.send_client_content(turns={"role": "user", "parts": [{"text": words}]}, turn_complete=True)
        async for message in session.receive():
            if message.tool_call:
                call = message.tool_call.function_calls[0]
                assert (call.name, call.args) == ("weather", {"city": "Ulm"})
                await session.send_tool_response(
                    function_responses=types.FunctionResponse(id=call.id, name=call.name, response={"sky": "grey"})
                )
            text = said([message])
            if text:
                break
        async for _ in session.receive():
            pass
    costs.check()


async def test_interruptions(google, costs: Costs):
    async with google().aio.live.connect(model="live", config=TEXT) as session:
        await session.send_client_content(turns={"role": "user", "parts": [{"text": "long"}]}, turn_complete=True)
        interrupted = False
        async for message in session.receive():
            if said([message]) and not interrupted:
                interrupted = True
                await session.send_client_content(turns={"role": "user", "parts": [{"text": "stop"}]}, turn_complete=True)
        messages = [message async for message in session.receive()]
        assert said(messages) == "You said: stop"
    rows = costs.check()
    assert [row["status"] for row in rows] == ["cancelled", "completed"]


async def test_going_away_and_coming_back_is_the_clients_own(google, double: LiveDouble):
    async with google().aio.live.connect(model="live", config=TEXT) as session:
        await session.send_client_content(turns={"role": "user", "parts": [{"text": "go away"}]}, turn_complete=True)
        handle = None
        async for message in endless(session):
            if message.session_resumption_update:
                handle = message.session_resumption_update.new_handle
            if message.go_away:
                break
    assert handle
    config = TEXT | {"session_resumption": {"handle": handle}}
    async with google().aio.live.connect(model="live", config=config) as session:
        assert said(await ask(session, "back")) == "You said: back"
    assert double.connections[-1].setup["sessionResumption"] == {"handle": handle}


async def endless(session):
    """`receive` ends with each turn."""
    while True:
        async for message in session.receive():
            yield message


@pytest.mark.parametrize(
    ("model", "code", "reason"),
    [
        ("bad-key", 1007, "API key expired. Please renew the API key."),
        ("missing", 1008, "models/missing is not found for API version v1beta"),
        ("nobody-has-this", 1008, "nobody-has-this"),
        ("chat-only", None, "chat-only"),
    ],
)
async def test_refusals_are_closes_with_a_reason(google, model: str, code: int | None, reason: str):
    with pytest.raises(errors.APIError) as refused:
        async with google().aio.live.connect(model=model, config=TEXT):
            pass
    assert code is None or refused.value.code == code
    assert reason in str(refused.value)


async def test_a_wrong_key_is_refused_before_the_101(google):
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with google(key="sk-lw-wrong").aio.live.connect(model="live", config=TEXT):
            pass
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body)["error"]["status"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("carrier", ["query", "bearer", "header"])
async def test_raw_sessions_pass_byte_for_byte(live: LiveRelay, double: LiveDouble, own: Key, carrier: str):
    path = PATH.format("v1beta", "Constrained" if carrier == "bearer" else "")
    query = f"?key={own.text}" if carrier == "query" else ""
    headers = {"bearer": {"authorization": f"Bearer {own.text}"}, "header": {"x-goog-api-key": own.text}}.get(carrier, {})
    setup = '{"setup" : { "model":"models/live", "generation_config":{"response_modalities":["TEXT"],"temperature":0.50}}}'
    odd = '{"client_content": {"turns":[{"role":"user","parts":[{"text":"\\u00fc /"}]}] ,"turn_complete" :true}}'
    async with websockets.connect(live.ws + path + query, additional_headers=headers) as socket:
        await socket.send(setup)
        assert await socket.recv() == json.dumps({"setupComplete": {"sessionId": "s1"}}).encode()
        await socket.send(odd)
        answers = [await socket.recv() for _ in range(5)]
    assert all(isinstance(answer, bytes) for answer in answers)
    connection = double.connections[-1]
    assert connection.raw == [odd]
    headers = {name.lower(): value for name, value in connection.headers.items()}
    assert own.text not in json.dumps(headers)
    assert headers["x-goog-api-key"].startswith("upstream-secret")


async def test_first_messages_that_are_none(live: LiveRelay, own: Key):
    url = live.ws + PATH.format("v1beta", "") + f"?key={own.text}"
    for first in ("{}", "not json", '{"setup":{}}', '{"clientContent":{}}'):
        async with websockets.connect(url) as socket:
            await socket.send(first)
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 10)
            assert socket.close_code == 1007 and "setup" in socket.close_reason


async def test_limits_hold_for_turns(live: LiveRelay, double: LiveDouble):
    """A key with one request a minute: its session may have one turn."""
    key = live.create_key("--rpm", "2", name="slow")
    url = live.ws + PATH.format("v1beta", "") + f"?key={key.text}"
    turn = json.dumps({"clientContent": {"turns": [{"role": "user", "parts": [{"text": "x"}]}], "turnComplete": True}})
    setup = json.dumps({"setup": {"model": "models/live", "generationConfig": {"responseModalities": ["TEXT"]}}})
    async with websockets.connect(url) as socket:
        await socket.send(setup)
        with pytest.raises(websockets.ConnectionClosed):
            for _ in range(10):
                await socket.send(turn)
                while b"turnComplete" not in await asyncio.wait_for(socket.recv(), 10):
                    pass
        assert socket.close_code == 1008
        assert socket.close_reason
