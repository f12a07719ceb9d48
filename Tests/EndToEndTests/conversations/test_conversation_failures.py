"""Providers that refuse, break, stall and talk nonsense: the response fails and the session goes on; before the first
word another provider is asked."""

import asyncio

import pytest

from processes import eventually
from providers import DIALECTS, UPSTREAM_KEY, asked
from scenes import TEXT
from sessions import add, done, respond, session, text_item, text_of, turn, until

dialects = pytest.mark.parametrize("dialect", DIALECTS)


async def goes_on(connection) -> None:
    """Items are still taken, and another response can be asked for."""
    await add(connection, text_item("still there?"))
    await connection.response.create(response={"conversation": "none", "input": [text_item("x")]})
    await until(connection, "response.created")
    await until(connection, "response.done")


@dialects
@pytest.mark.parametrize("play", ["cut", "early", "fails", "stalls", "nonsense"])
async def test_broken_in_the_middle(host, guest, providers, rows, dialect: str, play: str):
    async with session(host, guest, f"{dialect}-{play}") as connection:
        await add(connection, text_item("go"))
        events = await respond(connection)
        response = done(events)
        assert text_of(events).startswith("Hello")
        assert UPSTREAM_KEY not in str(events)
        if play == "nonsense" and response.status == "completed":
            return
        assert response.status == "failed", response
        error = response.status_details.error
        assert error.type and error.message, error
        message = response.output[0]
        assert (message.status, message.content[0].text) == ("incomplete", text_of(events))
        dones = [event.type for event in events if event.type.endswith(".done")]
        assert dones == [
            "response.output_text.done", "response.content_part.done", "conversation.item.done",
            "response.output_item.done", "response.done",
        ]  # fmt: skip
        (row,) = rows.new()
        assert (row["status"], row["upstream"], row["turn_id"]) == ("failed", dialect, response.id)
        # What was said is in the conversation, and nothing is under way.
        before = len(providers[dialect].seen)
        await connection.response.create()
        await until(connection, "response.created")
        await asyncio.to_thread(eventually, lambda: len(providers[dialect].seen) > before, 20, "the provider is asked")
        assert ("assistant", text_of(events)) in asked(providers[dialect]).said


@pytest.mark.parametrize(
    "dialect, play",
    [(dialect, play) for dialect in DIALECTS for play in ("page", "oops", "hang-up", "junk")]
    + [("claude", "only-head")],
)
async def test_refused_before_the_first_word(host, guest, dialect: str, play: str):
    async with session(host, guest, f"{dialect}-{play}") as connection:
        events = await turn(connection, "go")
        response = done(events)
        assert response.status == "failed" and response.output == [] and not text_of(events)
        error = response.status_details.error
        assert error.type and error.message
        assert UPSTREAM_KEY not in str(events) and "10.1.2.3" not in str(events)
        await goes_on(connection)


@dialects
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
async def test_refusals_of_providers(host, guest, dialect: str, status: int):
    """What concerns the client is told; what concerns our key is not."""
    async with session(host, guest, f"{dialect}-error-{status}") as connection:
        response = done(await turn(connection, "go"))
        assert response.status == "failed"
        error = response.status_details.error
        assert error.type and error.message
        assert UPSTREAM_KEY not in str(response)
        if status in (401, 403):
            assert error.type not in ("authentication_error", "permission_error"), error
        await add(connection, text_item("still there?"))


@dialects
async def test_another_provider_is_asked_before_the_first_word(host, guest, providers, rows, dialect: str):
    async with session(host, guest, f"over-{dialect}") as connection:
        for count in (1, 2):
            events = await turn(connection, f"turn {count}")
            assert text_of(events) == TEXT and done(events).status == "completed"
            row = rows.new(count)[-1]
            assert (row["upstream"], row["upstream_model"], row["status"]) == (dialect, "text", "completed")
        assert "turn 1" in str(asked(providers[dialect]).said)


@dialects
async def test_a_client_that_leaves_lets_the_provider_go(host, guest, providers, rows, dialect: str):
    provider = providers[dialect]
    lost = provider.lost
    async with session(host, guest, f"{dialect}-endless") as connection:
        await add(connection, text_item("go"))
        await connection.response.create()
        await connection.response.create(response={"conversation": "none", "input": [text_item("x")]})
        await until(connection, "response.created")
        await until(connection, "response.created")
        await until(connection, "response.output_text.delta")
    await asyncio.to_thread(eventually, lambda: provider.lost >= lost + 2, 20, "the provider let go")
    assert {row["status"] for row in rows.new(2)} == {"client_gone"}


async def test_responses_that_were_refused_leave_nothing_set_aside(host, rows):
    """However many a client asks for in vain, without a name for its events, the next one is admitted."""
    key = host.create_key("--budget-usd", "0.002")
    async with session(host, key, "openai-text") as connection:
        for _ in range(40):
            await connection.send({"type": "response.create", "response": {"conversation": "some"}})
            assert (await until(connection, "error"))[-1].error.code == "invalid_value"
        assert done(await turn(connection, "x")).status == "completed"
    rows.new(1)
