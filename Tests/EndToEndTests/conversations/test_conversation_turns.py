"""Text turns with the official SDK over chat models of all three dialects: what the client is told, and what the
provider is asked (protocol: realtime §3-§8)."""

import asyncio

import pytest

from processes import eventually
from providers import DIALECTS, SCENES, asked
from scenes import TEXT
from sessions import add, done, refusal, respond, session, text_item, text_of, turn, until

dialects = pytest.mark.parametrize("dialect", DIALECTS)
#: A PNG of one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ORDER = [
    "conversation.item.added", "conversation.item.done", "response.created", "response.output_item.added",
    "conversation.item.added", "response.content_part.added", *["response.output_text.delta"] * 4,
    "response.output_text.done", "response.content_part.done", "conversation.item.done", "response.output_item.done",
    "response.done", "rate_limits.updated",
]  # fmt: skip


def update(**session) -> dict:
    return {"type": "session.update", "session": {"type": "realtime"} | session}


async def configure(connection, **more):
    await connection.session.update(session={"type": "realtime"} | more)
    return (await until(connection, "session.updated"))[-1].session


@dialects
async def test_the_order_of_a_text_turn(host, guest, dialect: str):
    """§8, and the objects of §6 and §7 within."""
    async with session(host, guest, f"{dialect}-text") as connection:
        await connection.conversation.item.create(item=text_item("hello", id="item_mine"))
        await connection.response.create()
        events = await until(connection, "rate_limits.updated")
        assert [event.type for event in events] == ORDER
        assert len({event.event_id for event in events}) == len(events)
        assert text_of(events) == TEXT
        response, user, answer = done(events), events[0].item, events[-3].item
        assert user.id == "item_mine" and events[0].previous_item_id is None
        assert events[4].previous_item_id == "item_mine" and events[4].item.status == "in_progress"
        assert answer.content[0].text == TEXT and answer.status == "completed" and answer.role == "assistant"
        assert response.status == "completed" and response.output == [answer]
        assert response.conversation_id and response.output_modalities == ["text"]
        usage, scene = response.usage, SCENES["text"]
        assert (usage.input_tokens, usage.output_tokens) == (scene.prompt, scene.completion)
        assert usage.input_token_details.cached_tokens == scene.cached
        assert usage.total_tokens == scene.prompt + scene.completion
        ids = {event.response_id for event in events if hasattr(event, "response_id")}
        assert ids == {response.id}


@dialects
async def test_the_whole_conversation_is_asked(host, guest, providers, dialect: str):
    async with session(host, guest, f"{dialect}-text") as connection:
        await configure(connection, instructions="Be brief.", max_output_tokens=77)
        await turn(connection, "one")
        await add(connection, text_item("Mind the gap.", "system"))
        await turn(connection, "two")
        await add(connection, text_item("I said so.", "assistant"))
        events = await turn(connection, "three", instructions="Be long.", max_output_tokens=99, temperature=0.5)
        assert text_of(events) == TEXT and done(events).max_output_tokens == 99
        told = asked(providers[dialect])
        assert told.system.split("\n")[0] == "Be long." and "Mind the gap." in told.system
        assert "Be brief." not in told.system
        spoken = [("user", "one"), ("assistant", TEXT), ("user", "two"), ("assistant", TEXT)]
        merged = "".join(what for role, what in told.said[3:-1] if role == "assistant")
        assert told.said[:3] == spoken[:3] and merged in (f"{TEXT}I said so.", f"{TEXT}\n\nI said so."), told.said
        assert told.said[-1] == ("user", "three")
        assert told.maximum == 99 and told.temperature == 0.5
        await respond(connection)
        told = asked(providers[dialect])
        assert told.maximum == 77 and told.system.startswith("Be brief.")


@dialects
async def test_an_item_stands_where_it_was_put(host, guest, providers, dialect: str):
    """`previous_item_id`, retrieving and deleting (§4)."""
    async with session(host, guest, f"{dialect}-text") as connection:
        await add(connection, text_item("second", id="item_2"))
        await add(connection, text_item("last", id="item_4"))
        await add(connection, text_item("first", id="item_1"), previous_item_id="root")
        await connection.conversation.item.create(item=text_item("third", id="item_3"), previous_item_id="item_2")
        events = await until(connection, "conversation.item.done")
        assert events[0].previous_item_id == "item_2"
        await add(connection, text_item("never", id="item_x"), previous_item_id="item_1")
        await connection.conversation.item.delete(item_id="item_x")
        assert (await until(connection, "conversation.item.deleted"))[-1].item_id == "item_x"
        await connection.conversation.item.retrieve(item_id="item_3")
        item = (await until(connection, "conversation.item.retrieved"))[-1].item
        assert (item.id, item.content[0].text, item.status) == ("item_3", "third", "completed")
        events = await respond(connection)
        said = "".join(what for _, what in asked(providers[dialect]).said)
        assert [said.find(word) for word in ("first", "second", "third", "last")] == sorted(
            said.find(word) for word in ("first", "second", "third", "last")
        )
        assert "never" not in said
        answer = done(events).output[0].id
        await connection.conversation.item.delete(item_id=answer)
        await until(connection, "conversation.item.deleted")
        await respond(connection)
        assert TEXT not in str(asked(providers[dialect]).said)


@dialects
async def test_images(host, guest, providers, dialect: str):
    async with session(host, guest, f"{dialect}-text") as connection:
        image = {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}"}
        text = {"type": "input_text", "text": "What is this?"}
        item = await add(connection, {"type": "message", "role": "user", "content": [text, image]})
        assert item.content[1].image_url.endswith(PIXEL)
        await respond(connection)
        assert asked(providers[dialect]).said == [("user", "What is this?"), ("user", "image:image/png")]
        assert PIXEL in providers[dialect].last.raw.decode()


@dialects
async def test_out_of_band_responses_run_beside_the_conversation(host, guest, providers, dialect: str):
    """§4: `conversation: none`, an `input` of its own, references, metadata."""
    async with session(host, guest, f"{dialect}-leisurely") as connection:
        await add(connection, text_item("secret of the conversation", id="item_secret"))
        await add(connection, text_item("to be classified", id="item_public"))
        before = len(providers[dialect].seen)
        await connection.response.create()
        for number in range(3):
            await connection.response.create(
                response={
                    "conversation": "none", "metadata": {"topic": f"t{number}"}, "instructions": "Classify.",
                    "input": [{"type": "item_reference", "id": "item_public"}, text_item(f"extra {number}")],
                }
            )  # fmt: skip
        events, ended = [], []
        while len(ended) < 4:
            events += await until(connection, "response.done")
            ended.append(events[-1].response)
        created = [event.response for event in events if event.type == "response.created"]
        # All four were under way before the first had ended.
        first_end = next(index for index, event in enumerate(events) if event.type == "response.done")
        assert len([event for event in events[:first_end] if event.type == "response.created"]) == 4
        assert [(response.metadata or {}).get("topic") for response in created] == [None, "t0", "t1", "t2"]
        for response in ended:
            assert response.status == "completed"
            own = [e for e in events if getattr(e, "response_id", "") == response.id]
            assert text_of(own) == SCENES["long"].text
            assert (response.conversation_id is None) == bool(response.metadata)
        requests = [asked(providers[dialect], seen) for seen in providers[dialect].seen[before:]]
        assert len(requests) == 4
        beside = [request for request in requests if request.system == "Classify."]
        assert len(beside) == 3
        for request in beside:
            said = str(request.said)
            assert "to be classified" in said and "extra" in said and "secret" not in said
        await until(connection, "rate_limits.updated")
        # Nothing of them is in the conversation.
        await respond(connection)
        said = str(asked(providers[dialect]).said)
        assert said.count("extra") == 0 and said.count("works.") == 40


@dialects
async def test_an_out_of_band_response_can_be_cancelled_by_its_id(host, guest, dialect: str):
    async with session(host, guest, f"{dialect}-stalls") as connection:
        await connection.response.create(response={"conversation": "none", "input": [text_item("x")]})
        response = (await until(connection, "response.created"))[-1].response
        await refusal(connection, {"type": "response.cancel"}, "response_cancel_not_active")
        await connection.response.cancel(response_id=response.id)
        assert (await until(connection, "response.done"))[-1].response.status == "cancelled"


@dialects
async def test_cancelled_at_once_and_the_provider_let_go(host, guest, providers, dialect: str):
    """§4: `response.cancel`; what was said stays, marked incomplete."""
    provider = providers[dialect]
    async with session(host, guest, f"{dialect}-endless") as connection:
        for _ in range(2):
            lost = provider.lost
            await add(connection, text_item("go on"))
            await connection.response.create()
            await until(connection, "response.output_text.delta")
            await refusal(connection, {"type": "response.create"}, "conversation_already_has_active_response")
            async with asyncio.timeout(20):
                await connection.response.cancel()
                events = await until(connection, "response.done")
            response = done(events)
            assert response.status == "cancelled" and response.status_details.reason == "client_cancelled"
            assert response.output[0].status == "incomplete"
            await until(connection, "rate_limits.updated")
            await asyncio.to_thread(eventually, lambda lost=lost: provider.lost > lost, 20, "the provider let go")
        await refusal(connection, {"type": "response.cancel"}, "response_cancel_not_active")


@dialects
@pytest.mark.parametrize("scene, reason", [("length", "max_output_tokens"), ("filter", "content_filter")])
async def test_incomplete(host, guest, dialect: str, scene: str, reason: str):
    async with session(host, guest, f"{dialect}-{scene}") as connection:
        response = done(await turn(connection, "go"))
        assert (response.status, response.status_details.reason) == ("incomplete", reason)
        assert response.usage.output_tokens == SCENES[scene].completion


@dialects
async def test_thoughts_are_not_told(host, guest, dialect: str):
    async with session(host, guest, f"{dialect}-thinking") as connection:
        events = await turn(connection, "think")
        assert text_of(events) == TEXT and "greeting" not in str(events)
        assert done(events).usage.output_tokens == SCENES["thinking"].completion


@dialects
@pytest.mark.parametrize("play", ["bytewise", "plain", "drips"])
async def test_however_the_answer_comes(host, guest, dialect: str, play: str):
    scene = {"bytewise": None, "plain": SCENES["tool"], "drips": SCENES["length"]}[play]
    async with session(host, guest, f"{dialect}-{play}") as connection:
        events = await turn(connection, "go")
        assert text_of(events) == (scene.text if scene else TEXT)
        assert done(events).status == ("incomplete" if play == "drips" else "completed")


@dialects
async def test_a_session_is_merged_not_replaced(host, guest, dialect: str):
    """§3: an absent member keeps its value; `""`, `[]` and null clear."""
    tool = {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
    async with session(host, guest, f"{dialect}-text") as connection:
        first = await configure(connection, instructions="A", tools=[tool], max_output_tokens=50)
        assert first.id.startswith("sess_") and first.model == f"{dialect}-text" and first.output_modalities == ["text"]
        second = await configure(connection, tool_choice="required")
        assert (second.instructions, second.max_output_tokens, second.id) == ("A", 50, first.id)
        assert second.tools[0].name == "f" and second.tool_choice == "required"
        third = await configure(connection, instructions="", tools=[], tool_choice="auto", max_output_tokens="inf")
        assert (third.instructions, third.tools, third.max_output_tokens) == ("", [], "inf")
        await turn(connection, "x")


@pytest.mark.parametrize(
    "change, code, param",
    [
        ({"type": "session.update", "session": {"instructions": "x"}}, "missing_required_parameter", "session.type"),
        (update(model="other"), "invalid_value", "session.model"),
        (update(voice="marin"), "unknown_parameter", "session.voice"),
        (update(output_modalities=["audio"]), "unsupported_value", "session.output_modalities"),
        (update(audio={"input": {"turn_detection": {"type": "server_vad"}}}), None, None),
        (update(max_output_tokens=0), "invalid_value", "session.max_output_tokens"),
        (update(tools=[{"type": "mcp", "server_label": "x", "server_url": "http://x"}]), "unsupported_value", None),
        (update(instructions=7), "invalid_type", "session.instructions"),
        ({"type": "session.update", "session": {"type": "transcription"}}, "invalid_value", "session.type"),
        ({"type": "session.update"}, "missing_required_parameter", "session"),
        ({"type": "conversation.item.retrieve", "item_id": "no"}, "item_retrieve_invalid_item_id", "item_id"),
        ({"type": "conversation.item.delete", "item_id": "no"}, "item_delete_invalid_item_id", "item_id"),
        (
            {"type": "conversation.item.truncate", "item_id": "no", "content_index": 0, "audio_end_ms": 1},
            "item_truncate_invalid_item_id", "item_id",
        ),
        (
            {"type": "conversation.item.create", "item": text_item("x"), "previous_item_id": "no"},
            "invalid_value", "previous_item_id",
        ),
        (
            {
                "type": "conversation.item.create",
                "item": {"type": "function_call_output", "call_id": "no", "output": ""},
            },
            "invalid_value", "item.call_id",
        ),
        ({"type": "conversation.item.create", "item": {"type": "message", "role": "user"}}, None, None),
        ({"type": "input_audio_buffer.append", "audio": "AAAA"}, None, None),
        ({"type": "input_audio_buffer.commit"}, None, None),
        ({"type": "response.cancel"}, "response_cancel_not_active", None),
        ({"type": "response.create", "response": {"conversation": "some"}}, "invalid_value", "response.conversation"),
        ({"type": "response.create", "response": {"output_modalities": ["audio"]}}, "unsupported_value", None),
        (
            {"type": "response.create", "response": {"input": [{"type": "item_reference", "id": "no"}]}},
            None, None,
        ),
        ({"type": "dance"}, "invalid_value", "type"),
        ({"kind": "dance"}, "missing_required_parameter", "type"),
        ({"type": 7}, "invalid_type", "type"),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else None,
)  # fmt: skip
async def test_refusals_carry_the_events_name_and_change_nothing(host, guest, change: dict, code, param):
    """§9."""
    async with session(host, guest, "openai-text") as connection:
        await connection.send(change | {"event_id": "ev-1"})
        error = (await until(connection, "error"))[-1].error
        assert error.event_id == "ev-1" and error.type == "invalid_request_error" and error.code and error.message
        assert code in (None, error.code) and param in (None, error.param), error
        events = await turn(connection, "still there?")
        assert text_of(events) == TEXT


async def test_what_is_no_event(host, guest):
    async with session(host, guest, "openai-text") as connection:
        for text in ("{", "7", "[]", '"x"', "{}", '{"type":"session.update","session":' + "[" * 600 + "]" * 600 + "}"):
            await connection.send_raw(text)
            error = (await until(connection, "error"))[-1].error
            assert error.type == "invalid_request_error" and error.code and error.message, text
        await connection.send_raw(b'{"type":"conversation.item.retrieve","item_id":"x","event_id":"b"}')
        assert (await until(connection, "error"))[-1].error.event_id == "b"
        assert text_of(await turn(connection, "x")) == TEXT


@dialects
async def test_a_long_conversation_is_cut_from_its_beginning(host, guest, providers, dialect: str):
    """§3: `truncation`; the model has room for a few short turns."""
    async with session(host, guest, f"small-{dialect}") as connection:
        for number in range(8):
            response = done(await turn(connection, f"turn {number} " + "word " * 10))
            assert response.status == "completed"
        said = str(asked(providers[dialect]).said)
        assert "turn 7" in said and "turn 6" in said and "turn 0" not in said
        # The conversation itself has lost nothing.
        await configure(connection, truncation="disabled")
        response = done(await turn(connection, "one more"))
        assert response.status == "failed" and response.status_details.error.code == "context_length_exceeded"
        await configure(connection, truncation={"type": "retention_ratio", "retention_ratio": 0.3})
        assert done(await turn(connection, "and one more")).status == "completed"
        kept = len(asked(providers[dialect]).said)
        assert kept <= 5 and "and one more" in str(asked(providers[dialect]).said)


@dialects
async def test_rates_are_told(host, providers, dialect: str):
    key = host.create_key("--rpm", "5", "--tpm", "600")
    async with session(host, key, f"{dialect}-text") as connection:
        rates = {rate.name: rate for rate in (await turn(connection, "x"))[-1].rate_limits}
        assert rates["requests"].limit == 5 and rates["requests"].remaining <= 4
        assert rates["tokens"].limit == 600 and rates["tokens"].remaining < 600
