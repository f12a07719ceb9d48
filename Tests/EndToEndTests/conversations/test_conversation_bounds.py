"""`limits.conversation`: each bound is told clearly, and the session goes on."""

import base64
import os

import pytest

from chat_relay import ChatRelay
from processes import eventually
from providers import DIALECTS
from sessions import add, done, refusal, respond, session, text_item, text_of, turn, until

LIMITS = """\
limits:
  conversation:
    history_items: 6
    history_bytes: 16KiB
    pending_tool_calls: 3
    audio_bytes: 8KiB
    sentences: 2
    event_bytes: 64KiB
    unauthenticated_per_address: 2
"""
dialects = pytest.mark.parametrize("dialect", DIALECTS)


@pytest.fixture(scope="module")
def bounded(tmp_path_factory, providers):
    relay = ChatRelay(tmp_path_factory.mktemp("bounded"), providers, limits=LIMITS)
    yield relay, relay.create_key()
    assert relay.is_running
    relay.stop()


def create(item: dict) -> dict:
    return {"type": "conversation.item.create", "item": item}


async def test_history_items(bounded):
    async with session(*bounded, "openai-text") as connection:
        items = [await add(connection, text_item(f"{number}")) for number in range(6)]
        error = await refusal(connection, create(text_item("7")), "conversation_too_long")
        assert "6 items" in error.message
        # There is no room for an answer either; out of band there is.
        response = done(await respond(connection))
        assert response.status == "failed" and response.status_details.error.code == "conversation_too_long"
        assert done(await respond(connection, conversation="none")).status == "completed"
        await connection.conversation.item.delete(item_id=items[0].id)
        await until(connection, "conversation.item.deleted")
        assert done(await respond(connection)).status == "completed"


async def test_history_bytes(bounded):
    async with session(*bounded, "openai-text") as connection:
        await add(connection, text_item("x" * 10_000))
        error = await refusal(connection, create(text_item("y" * 8_000)), "conversation_too_large")
        assert "16384 bytes" in error.message
        assert done(await respond(connection)).status == "completed"


@dialects
async def test_an_answer_beyond_the_history(bounded, providers, dialect: str):
    """What the provider goes on to say is not taken any more."""
    provider = providers[dialect]
    lost = provider.lost
    async with session(*bounded, f"{dialect}-torrent") as connection:
        response = done(await turn(connection, "go"))
        assert response.status == "failed" and response.status_details.error.code == "conversation_too_large"
        assert "16384 bytes" in response.status_details.error.message
        eventually(lambda: provider.lost > lost, 20, "the provider let go")
        response = done(await respond(connection, conversation="none", input=[text_item("x")]))
        assert response.status_details.error.code == "conversation_too_large"


@dialects
async def test_pending_tool_calls(bounded, dialect: str):
    tool = {"type": "function", "name": "f1", "description": "", "parameters": {"type": "object", "properties": {}}}
    async with session(*bounded, f"{dialect}-many-calls") as connection:
        await connection.session.update(session={"type": "realtime", "tools": [tool]})
        await until(connection, "session.updated")
        response = done(await respond(connection))
        assert response.status == "failed" and response.status_details.error.code == "too_many_tool_calls"
        assert "3 function calls" in response.status_details.error.message
        assert len(response.output) == 3


async def test_pending_tool_calls_of_the_clients_own(bounded):
    async with session(*bounded, "openai-text") as connection:
        call = {"type": "function_call", "name": "f", "arguments": "{}"}
        for number in range(3):
            await add(connection, call | {"call_id": f"c{number}"})
        await refusal(connection, create(call | {"call_id": "c3"}), "too_many_tool_calls", "item")


async def test_event_bytes(bounded):
    async with session(*bounded, "openai-text") as connection:
        await connection.send(create(text_item("x" * 70_000)) | {"event_id": "big"})
        error = (await until(connection, "error"))[-1].error
        assert error.code == "event_too_large" and "65536 bytes" in error.message
        assert done(await turn(connection, "x")).status == "completed"


async def test_event_values(bounded):
    """A small text can be an enormous tree."""
    async with session(*bounded, "openai-text") as connection:
        await connection.send_raw('{"type":"session.update","session":[' + "0," * 30_000 + "0]}")
        assert (await until(connection, "error"))[-1].error.code in ("event_too_large", "invalid_type")
        assert done(await turn(connection, "x")).status == "completed"


async def test_out_of_band_responses(bounded):
    async with session(*bounded, "openai-stalls") as connection:
        beside = {"type": "response.create", "response": {"conversation": "none", "input": [text_item("x")]}}
        for _ in range(8):
            await connection.send(beside)
            await until(connection, "response.created")
        await refusal(connection, beside, "too_many_responses")


async def test_audio_is_refused_clearly_without_a_transcription(bounded):
    async with session(*bounded, "openai-text") as connection:
        audio = base64.b64encode(os.urandom(1_000)).decode()
        append = {"type": "input_audio_buffer.append", "audio": audio}
        await connection.send(append | {"event_id": "a"})
        error = (await until(connection, "error"))[-1].error
        assert error.event_id == "a" and "transcription" in error.message, error
        assert text_of(await turn(connection, "x"))


@dialects
async def test_sentences(bounded, dialect: str):
    """Of an answer that a slow voice reads out."""
    async with session(*bounded, f"spoken-{dialect}") as connection:
        response = done(await turn(connection, "x"))
        assert response.status == "failed" and "2 sentences" in response.status_details.error.message, response
        assert done(await respond(connection, output_modalities=["text"], conversation="none")).status == "completed"
