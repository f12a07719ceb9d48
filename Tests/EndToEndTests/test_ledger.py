"""The ledger against what HTTP clients saw and what the upstream served: kill -9 under load, a store that takes nothing."""

import http.client
import itertools
import json
import random
import resource
import threading
import time

import pytest

from ledger_file import LedgerFile
from processes import Relay, Running, eventually
from upstream_log import UpstreamLog

ROUNDS = 4
CLIENTS = 8
LOAD_SECONDS = 30
HEALTH_SECONDS = 20


@pytest.fixture
def place(start):
    simulator = start.simulator()
    relay = start.relay(simulator.port("https"))
    return simulator, relay, relay.create_key()


def get(relay, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def post(relay, key, request_id: str, stream: bool = False) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    body = {"model": "sim-chat", "messages": [{"role": "user", "content": f"say {request_id}"}], "stream": stream}
    headers = {"authorization": f"Bearer {key.text}", "content-type": "application/json", "x-request-id": request_id}
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def chat(relay, key, request_id: str, stream: bool) -> bool:
    """One exchange; tells whether its end was seen."""
    try:
        status, text = post(relay, key, request_id, stream)
    except (OSError, http.client.HTTPException):
        return False
    assert status == 200, text
    return text.rstrip().endswith("data: [DONE]") if stream else "usage" in json.loads(text)


def exchanges(relay, key, name: str, seen: list[str], stop: threading.Event) -> None:
    for number in itertools.count():
        if stop.is_set():
            return
        request_id = f"{name}-{number}"
        if chat(relay, key, request_id, stream=number % 2 == 0):
            seen.append(request_id)
        elif not relay.is_running:
            return


def load_and_kill(relay, key, name: str, seen: list[str]) -> None:
    """Kills at a random moment after something was finished."""
    before, stop = len(seen), threading.Event()
    threads = [
        threading.Thread(target=exchanges, args=(relay, key, f"{name}-{index}", seen, stop)) for index in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    eventually(lambda: len(seen) > before, LOAD_SECONDS, "the load gets something done")
    time.sleep(random.uniform(0, 1.5))
    relay.kill()
    stop.set()
    for thread in threads:
        thread.join()


def test_killed_under_load_the_ledger_has_each_row_once(start, certificates):
    """kill -9 at any moment: every exchange that a client saw finished has exactly one row."""
    simulator = start.simulator()
    upstream = simulator.port("https")
    relay = start.relay(upstream)
    key = relay.create_key()
    ledger, seen = LedgerFile(relay.directory), []
    for number in range(ROUNDS):
        load_and_kill(relay, key, f"round{number}", seen)
        # The same directory: the journal of the killed process lies there.
        relay = start._kept(Relay(relay.directory, certificates, upstream))
        # Replayed before anything is served, so there is nothing to wait for.
        for request_id in seen:
            assert ledger.count("request_id = ?", request_id) == 1, request_id
    relay.stop()
    assert ledger.journals == [], "an orderly end leaves no journal"
    assert sum(hour["requests"] for hour in ledger.hours()) == ledger.count()
    bodies = [record.get("text", "") for record in UpstreamLog(simulator.log).records if record["record"] == "body"]
    for row in ledger.rows("status = 'completed'"):
        assert any(f"say {row['request_id']}\"" in body for body in bodies), "a row for what was never served"


def test_what_was_spent_counts_after_a_kill(start):
    simulator = start.simulator()
    relay = start.relay(simulator.port("https"))
    key = relay.create_key("--budget-usd", "1")
    priced = relay.directory / "priced.yaml"
    model = "  - id: sim-chat\n"
    priced.write_text(
        relay.config.read_text().replace(model, model + "    pricing: { input: 10, output: 10 }\n")
    )
    relay.stop()

    def serve() -> Running:
        return start._kept(Running(["serve", "--config", str(priced)], relay.directory, listeners=2))

    relay_that_counts = serve()
    statuses = [post(relay_that_counts, key, f"spend-{number}")[0] for number in range(20)]
    assert statuses[0] == 200 and statuses[-1] == 429
    relay_that_counts.kill()
    status, text = post(serve(), key, "spend-after")
    assert status == 429 and json.loads(text)["error"]["code"] == "insufficient_quota"
    rows = LedgerFile(relay.directory).rows("request_id LIKE 'spend-%' AND http_status = 200")
    assert len(rows) == statuses.count(200)
    for row in rows:
        assert row["cost_micro_usd"] == 10_000 * (row["input_text"] + row["output_text"])


def test_a_locked_store_stalls_nobody(place):
    _, relay, key = place
    ledger = LedgerFile(relay.directory)
    assert chat(relay, key, "before", stream=False)
    eventually(lambda: ledger.count("request_id = 'before'") == 1, HEALTH_SECONDS, "the first row is written")
    eventually(lambda: get(relay, "/readyz") == (200, "ok\n"), HEALTH_SECONDS, "readiness says yes")
    intruder = ledger.lock()
    try:
        began = time.monotonic()
        for number in range(20):
            assert chat(relay, key, f"during-{number}", stream=number % 2 == 0)
        assert time.monotonic() - began < HEALTH_SECONDS
        eventually(lambda: get(relay, "/readyz")[0] == 503, HEALTH_SECONDS, "readiness says no")
        assert get(relay, "/healthz")[0] == 200
        assert chat(relay, key, "during-last", stream=False)
        assert ledger.count("request_id LIKE 'during-%'") == 0
    finally:
        intruder.close()
    eventually(lambda: ledger.count("request_id LIKE 'during-%'") == 21, HEALTH_SECONDS, "all rows are written")
    eventually(lambda: get(relay, "/readyz")[0] == 200, HEALTH_SECONDS, "readiness says yes")
    for said in ("ledger cannot be written", "ledger is written again"):
        eventually(lambda said=said: said in relay.output, HEALTH_SECONDS, f"the log says {said!r}")


def test_a_full_disk_stalls_nobody(place):
    """No file of the process may grow any more: the same refusal of writes as on a full disk."""
    _, relay, key = place
    ledger = LedgerFile(relay.directory)
    assert chat(relay, key, "before", stream=False)
    eventually(lambda: ledger.count("request_id = 'before'") == 1, HEALTH_SECONDS, "the first row is written")
    _, hard = resource.prlimit(relay.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(relay.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    for number in range(20):
        assert chat(relay, key, f"during-{number}", stream=number % 2 == 0)
    eventually(lambda: get(relay, "/readyz")[0] == 503, HEALTH_SECONDS, "readiness says no")
    assert chat(relay, key, "during-last", stream=False)
    assert relay.is_running
    resource.prlimit(relay.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    eventually(lambda: ledger.count("request_id LIKE 'during-%'") == 21, HEALTH_SECONDS, "all rows are written")
    eventually(lambda: get(relay, "/readyz")[0] == 200, HEALTH_SECONDS, "readiness says yes")


def test_what_a_locked_store_did_not_take_is_there_after_the_next_start(start, certificates):
    simulator = start.simulator()
    relay = start.relay(simulator.port("https"))
    key = relay.create_key()
    ledger = LedgerFile(relay.directory)
    intruder = ledger.lock()
    try:
        for number in range(5):
            assert chat(relay, key, f"waiting-{number}", stream=False)
        relay.stop()
        assert len(ledger.journals) == 1
    finally:
        intruder.close()
    start._kept(Relay(relay.directory, certificates, simulator.port("https")))
    assert ledger.count("request_id LIKE 'waiting-%'") == 5
