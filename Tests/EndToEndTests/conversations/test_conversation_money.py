"""The ledger against the providers' own logs, and what limits and the relay's own end do to a response."""

import asyncio
import itertools
import math
import random
from collections import Counter

import pytest
from websockets.exceptions import WebSocketException

from ledger_file import LedgerFile
from processes import eventually
from providers import DIALECTS, SCENES
from raw_turns import events_to_the_end
from sessions import PATIENCE, add, bare_turn, dial, done, next_of, respond, say, session, text_item, turn, until

dialects = pytest.mark.parametrize("dialect", DIALECTS)
TOLD = ("text", "long", "tool", "tools", "length", "filter", "thinking")


def tokens(row: dict) -> tuple[int, int, int]:
    return row["input_text"], row["cached_text"], row["output_text"]


async def test_rows_equal_the_providers_logs(host, guest, providers, rows):
    """One row for each turn: its own upstream, its model there, its tokens by class, and what they cost."""
    before = {name: len(provider.served) for name, provider in providers.items()}

    async def one(dialect: str, scene: str) -> list:
        async with session(host, guest, f"{dialect}-{scene}") as connection:
            first = done(await turn(connection, "one"))
            second = done(await respond(connection, conversation="none", input=[text_item("aside")]))
            return [(response.id, dialect, scene) for response in (first, second)]

    told = await asyncio.gather(*(one(dialect, scene) for dialect in DIALECTS for scene in TOLD))
    turns = {id: (dialect, scene) for answers in told for id, dialect, scene in answers}
    new = await asyncio.to_thread(rows.new, len(turns))
    assert {row["turn_id"]: (row["upstream"], row["upstream_model"]) for row in new} == turns
    for row in new:
        dialect, name = turns[row["turn_id"]]
        scene = SCENES[name]
        assert row["kind"] == "turn" and row["model"] == f"{dialect}-{name}" and not row["is_estimated"]
        assert row["status"] == ("incomplete" if name in ("length", "filter") else "completed")
        uncached = scene.prompt - scene.cached
        assert row["input_text"] + row["cached_text"] in (scene.prompt, scene.prompt + scene.cached)
        assert (row["cached_text"], row["output_text"]) == (scene.cached, scene.completion)
        # Dollars for a thousand tokens, rounded up.
        assert row["cost_micro_usd"] == math.ceil(uncached + scene.cached / 10 + scene.completion * 2), row
        assert row["first_byte_ms"] is not None

    def served() -> Counter:
        entries = [entry for name, provider in providers.items() for entry in provider.served[before[name] :]]
        return Counter((entry.dialect, entry.model) for entry in entries)

    # A provider notes what it has said when that is on its way.
    await asyncio.to_thread(eventually, lambda: served().total() >= len(turns), PATIENCE, "all are noted")
    assert served() == Counter(turns.values())


@dialects
async def test_a_turn_over_the_limit(host, providers, rows, dialect: str):
    key = host.create_key("--rpm", "2")
    async with session(host, key, f"{dialect}-text") as connection:
        await turn(connection, "one")
        await turn(connection, "two")
        before = len(providers[dialect].seen)
        await connection.response.create(event_id="third")
        error = (await until(connection, "error"))[-1].error
        assert (error.code, error.event_id) == ("rate_limit_exceeded", "third")
        await add(connection, text_item("still there?"))
        assert len(providers[dialect].seen) == before
    rows.new(2)


async def test_tokens_a_minute(host, rows):
    key = host.create_key("--tpm", "300")
    async with session(host, key, "openai-long") as connection:
        await turn(connection, "one")
        await connection.response.create(event_id="second")
        error = (await until(connection, "error"))[-1].error
        assert (error.code, error.event_id) == ("rate_limit_exceeded", "second")
    rows.new(1)


@dialects
async def test_a_budget_ends_in_the_middle_of_a_response(host, providers, rows, dialect: str):
    provider = providers[dialect]
    key = host.create_key("--budget-usd", "0.0007")
    lost = provider.lost
    async with session(host, key, f"{dialect}-endless") as connection:
        await add(connection, text_item("go"))
        await connection.response.create()
        events = await until(connection, "response.done", allowed=("error",))
        assert done(events).status == "cancelled"
        errors = [event.error.code for event in events if event.type == "error"]
        if not errors:
            errors = [event.error.code for event in await until(connection, "error") if event.type == "error"]
        assert errors == ["insufficient_quota"]
        await asyncio.to_thread(eventually, lambda: provider.lost > lost, 20, "the provider let go")
    (row,) = rows.new()
    assert row["status"] == "ended" and 400 < row["cost_micro_usd"] < 1_000, row


async def test_a_revoked_key_lets_the_response_finish_and_ends_the_session(host, rows):
    key = host.create_key()
    async with dial(host, key, "openai-leisurely") as socket:
        await say(socket, "go")
        await next_of(socket, "response.output_text.delta")
        host.revoke(key)
        events, end = await events_to_the_end(socket, 20)
    assert events[-1]["error"]["code"] == "api_key_revoked" and end.rcvd.code == 3000
    (response,) = [event["response"] for event in events if event["type"] == "response.done"]
    assert response["status"] == "completed"
    assert rows.new()[0]["turn_id"] == response["id"]


async def test_a_revoked_key_between_turns(host):
    key = host.create_key()
    async with dial(host, key, "gemini-text") as socket:
        await bare_turn(socket, "x")
        host.revoke(key)
        events, end = await events_to_the_end(socket, 10)
    assert events[-1]["error"]["code"] == "api_key_revoked" and end.rcvd.code == 3000


async def test_sigterm_during_responses(another, providers):
    """Clients are told with 1001; every response that was under way has its row; the process ends soon."""
    relay = another()
    key = relay.create_key()
    sockets = [await dial(relay, key, f"{dialect}-endless") for dialect in DIALECTS for _ in range(4)]
    for socket in sockets:
        await say(socket, "go")
    for socket in sockets:
        await next_of(socket, "response.output_text.delta")
    relay.terminate()
    for socket in sockets:
        events, end = await events_to_the_end(socket, 10)
        assert events[-1]["type"] == "error" and end.rcvd.code == 1001
    await asyncio.to_thread(relay.process.wait, 10)
    assert relay.process.returncode == 0, relay.output[-2000:]
    ledger = LedgerFile(relay.directory).rows()
    assert len(ledger) == len(sockets)
    assert all(row["output_text"] > 1 and row["upstream_model"] == "endless" for row in ledger)


async def test_killed_under_load_the_ledger_has_each_finished_turn_once(another, providers):
    relay = another()
    key = relay.create_key()
    finished: list[str] = []

    async def turns(dialect: str) -> None:
        try:
            async with dial(relay, key, f"{dialect}-text") as socket:
                for number in itertools.count():
                    finished.append((await bare_turn(socket, f"turn {number}"))["id"])
        except (OSError, WebSocketException):
            return

    clients = [asyncio.create_task(turns(dialect)) for dialect in DIALECTS for _ in range(4)]
    async with asyncio.timeout(20):
        while len(finished) < 30:
            await asyncio.sleep(0.02)
    await asyncio.sleep(random.uniform(0, 0.5))
    relay.kill()
    await asyncio.gather(*clients)
    again = relay.restarted()
    try:
        eventually(lambda: len(LedgerFile(relay.directory).rows()) >= len(finished), 10, "the rows are there")
    finally:
        again.stop()
    ledger = LedgerFile(relay.directory).rows()
    count = Counter(row["turn_id"] for row in ledger)
    assert not [id for id in finished if count[id] != 1]
    assert all(tokens(row)[2] == SCENES["text"].completion for row in ledger if row["turn_id"] in finished)
