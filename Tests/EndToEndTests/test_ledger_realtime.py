"""The ledger against what clients of both kinds saw and what the upstream served: kill -9 under mixed load."""

import asyncio
import base64
import itertools
import json
import random
import threading
from dataclasses import dataclass, field

import websockets

from ledger_file import LedgerFile
from processes import Relay
from raw_turns import CREATE, item
from test_ledger import CLIENTS, LOAD_SECONDS, ROUNDS, exchanges
from upstream_log import UpstreamLog

REALTIME = "/v1/realtime"


@dataclass
class Seen:
    """What clients saw finished."""

    requests: list[str] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)


async def turns(relay, key, seen: Seen) -> None:
    """Turn after turn until the connection breaks."""
    try:
        async with websockets.connect(
            f"{relay.ws}{REALTIME}?model=sim-realtime", additional_headers={"Authorization": f"Bearer {key.text}"}
        ) as session:
            for number in itertools.count():
                await session.send(item(f"turn {number}"))
                await session.send(CREATE)
                while (event := json.loads(await session.recv()))["type"] != "response.done":
                    assert event["type"] != "error", event
                seen.responses.append(event["response"]["id"])
    except (OSError, websockets.exceptions.WebSocketException):
        return


async def load_and_kill(relay, key, name: str, seen: Seen) -> None:
    """Kills at a random moment after something of either kind was finished."""
    before = len(seen.requests), len(seen.responses)
    stop = threading.Event()
    threads = [
        threading.Thread(target=exchanges, args=(relay, key, f"{name}-{index}", seen.requests, stop)) for index in range(CLIENTS)
    ]
    sessions = [asyncio.create_task(turns(relay, key, seen)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    async with asyncio.timeout(LOAD_SECONDS):
        while len(seen.requests) == before[0] or len(seen.responses) == before[1]:
            await asyncio.sleep(0.02)
    await asyncio.sleep(random.uniform(0, 1.5))
    relay.kill()
    stop.set()
    await asyncio.gather(*sessions)
    for thread in threads:
        await asyncio.to_thread(thread.join)


def served(simulator) -> dict[str, dict]:
    """Response id → usage, of every realtime response that the simulator brought to its end."""
    done = {}
    for record in UpstreamLog(simulator.log).records:
        if record["record"] != "message" or record["direction"] != "sent":
            continue
        text = record.get("text") or base64.b64decode(record.get("base64") or b"").decode(errors="replace")
        if '"response.done"' in text and (event := json.loads(text))["type"] == "response.done":
            done[event["response"]["id"]] = event["response"].get("usage") or {}
    return done


async def test_killed_under_load_the_ledger_has_each_row_once(start, certificates):
    """kill -9 at any moment: every turn and exchange that a client saw finished has exactly one row."""
    simulator = start.simulator()
    upstream = simulator.port("https")
    relay = start.relay(upstream)
    key = relay.create_key("--sessions", str(CLIENTS))
    ledger, seen = LedgerFile(relay.directory), Seen()
    for number in range(ROUNDS):
        await load_and_kill(relay, key, f"round{number}", seen)
        # The same directory: the journal of the killed process lies there.
        relay = start._kept(Relay(relay.directory, certificates, upstream))
        # What the killed one held is not held any more: all sessions the key may have can be opened at once.
        async with asyncio.timeout(20):
            sessions = [
                await websockets.connect(
                    f"{relay.ws}{REALTIME}?model=sim-realtime",
                    additional_headers={"Authorization": f"Bearer {key.text}"},
                )
                for _ in range(CLIENTS)
            ]
        for session in sessions:
            await session.close()
        # Replayed before anything is served, so there is nothing to wait for.
        for request_id in seen.requests:
            assert ledger.count("request_id = ? AND kind = 'exchange'", request_id) == 1, request_id
        for response_id in seen.responses:
            assert ledger.count("turn_id = ? AND kind = 'turn'", response_id) == 1, response_id
    relay.stop()
    assert ledger.journals == [], "an orderly end leaves no journal"
    done = served(simulator)
    completed = ledger.rows("kind = 'turn' AND status = 'completed'")
    assert {row["turn_id"] for row in completed} <= set(done), "a row for what was never served"
    for row in completed:
        usage = done[row["turn_id"]]
        assert row["input_text"] + row["input_audio"] + row["input_image"] == usage["input_tokens"]
        assert row["output_text"] + row["output_audio"] == usage["output_tokens"]
    assert sum(hour["requests"] for hour in ledger.hours()) == ledger.count("kind <> 'transcription'")
