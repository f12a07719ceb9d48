"""Function calls over chat models of all three dialects: call, output, answer (protocol: realtime §8)."""

import json

import pytest

from providers import DIALECTS, SCENES, asked
from scenes import TIME, WEATHER
from sessions import add, done, refusal, respond, session, text_item, text_of, turn, until

dialects = pytest.mark.parametrize("dialect", DIALECTS)
TOOLS = [
    {"type": "function", "name": name, "description": name, "parameters": {"type": "object", "properties": {}}}
    for name in ("get_weather", "get_time")
]


async def offer(connection, **more) -> None:
    await connection.session.update(session={"type": "realtime", "tools": TOOLS} | more)
    await until(connection, "session.updated")


def output(call, text: str) -> dict:
    return {"type": "function_call_output", "call_id": call.call_id, "output": text}


@dialects
async def test_a_call_its_output_and_the_answer(host, guest, providers, dialect: str):
    async with session(host, guest, f"{dialect}-tool") as connection:
        await offer(connection)
        events = await turn(connection, "Weather?")
        assert text_of(events) == "Let me look."
        message, call = done(events).output
        assert (message.type, call.type, call.name) == ("message", "function_call", "get_weather")
        assert json.loads(call.arguments) == WEATHER[1] and call.status == "completed"
        pieces = [event for event in events if event.type == "response.function_call_arguments.delta"]
        assert "".join(event.delta for event in pieces) == call.arguments
        (told,) = [event for event in events if event.type == "response.function_call_arguments.done"]
        assert (told.call_id, told.arguments, told.output_index) == (call.call_id, call.arguments, 1)
        assert asked(providers[dialect]).tools == ["get_weather", "get_time"]
        await add(connection, output(call, "22 degrees"))
        await respond(connection)
        said = asked(providers[dialect]).said
        assert said[0] == ("user", "Weather?") and said[1] == ("assistant", "Let me look.")
        role, what = said[2]
        assert role == "assistant" and json.loads(what.removeprefix("call:get_weather ")) == WEATHER[1]
        assert said[3] == ("user", "output:22 degrees")


@dialects
async def test_two_parallel_calls(host, guest, providers, dialect: str):
    """Outputs may come in any order; each goes with its call."""
    async with session(host, guest, f"{dialect}-tools") as connection:
        await offer(connection, tool_choice="required")
        events = await turn(connection, "Weather and time?")
        first, second = done(events).output
        assert [(call.name, json.loads(call.arguments)) for call in (first, second)] == [WEATHER, TIME]
        assert first.call_id != second.call_id
        await add(connection, output(second, "noon"))
        await add(connection, output(first, "rain"))
        await respond(connection)
        said = asked(providers[dialect]).said
        assert [what.split()[0] for _, what in said[1:]] == [
            "call:get_weather", "call:get_time", "output:rain", "output:noon",
        ]  # fmt: skip
        # The same calls again have names of their own.
        third, fourth = done(await turn(connection, "Again?")).output
        assert len({call.call_id for call in (first, second, third, fourth)}) == 4


@dialects
async def test_a_call_that_nobody_answered_does_not_stop_the_conversation(host, guest, providers, dialect: str):
    async with session(host, guest, f"{dialect}-tools") as connection:
        await offer(connection)
        first, second = done(await turn(connection, "Weather and time?")).output
        await add(connection, output(second, "noon"))
        await turn(connection, "Never mind the weather.")
        said = asked(providers[dialect]).said
        outputs = [what for _, what in said if what.startswith("output:")]
        assert len(outputs) == 2 and outputs[1] == "output:noon" and said[-1] == ("user", "Never mind the weather.")
        await connection.conversation.item.delete(item_id=first.id)
        await until(connection, "conversation.item.deleted")
        late = {"type": "conversation.item.create", "item": output(first, "x")}
        await refusal(connection, late, "invalid_value", "item.call_id")


@dialects
async def test_choices(host, guest, providers, dialect: str):
    async with session(host, guest, f"{dialect}-text") as connection:
        await offer(connection)
        await turn(connection, "x", tool_choice={"type": "function", "name": "get_time"})
        assert "get_time" in str(asked(providers[dialect]).choice)
        await turn(connection, "x", tools=[], instructions="No tools.")
        assert asked(providers[dialect]).tools == []
        named = {"type": "response.create", "response": {"tool_choice": {"type": "function", "name": "nobody"}}}
        await refusal(connection, named, "invalid_value")


@dialects
async def test_out_of_band_calls_stay_out_of_the_conversation(host, guest, providers, dialect: str):
    async with session(host, guest, f"{dialect}-tool") as connection:
        await offer(connection)
        await add(connection, text_item("Weather?"))
        events = await respond(connection, conversation="none", metadata={"k": "v"})
        assert done(events).output[1].name == "get_weather" and done(events).metadata == {"k": "v"}
        assert not [event for event in events if event.type == "conversation.item.added"]
        await respond(connection)
        assert asked(providers[dialect]).said == [("user", "Weather?")]
        assert SCENES["tool"].calls
