"""Files and batches with the official SDK: results, errors, limits, cancelling; restart and kill -9 in the middle."""

import json
import sqlite3
import time
from collections import Counter
from contextlib import closing

import httpx
import openai
import pytest
from openai import OpenAI

from ledger_file import LedgerFile
from processes import Key, Relay, eventually
from upstream_log import UpstreamLog

BATCH_SECONDS = 60


def client(relay: Relay, key: Key) -> OpenAI:
    return OpenAI(base_url=relay.http + "/v1", api_key=key.text, max_retries=0)


def line(name: str, model: str = "sim-chat", url: str = "/v1/chat/completions", **more) -> dict:
    body = {"model": model, "messages": [{"role": "user", "content": f"question {name}"}]} | more
    return {"custom_id": name, "method": "POST", "url": url, "body": body}


def upload(api: OpenAI, lines: list[dict]) -> str:
    content = "".join(json.dumps(entry) + "\n" for entry in lines).encode()
    return api.files.create(file=("questions.jsonl", content), purpose="batch").id


def begin(api: OpenAI, lines: list[dict], **options) -> str:
    return api.batches.create(
        input_file_id=upload(api, lines), endpoint="/v1/chat/completions", completion_window="24h", **options
    ).id


def ended(api: OpenAI, batch_id: str, seconds: float = BATCH_SECONDS):
    def look():
        batch = api.batches.retrieve(batch_id)
        return batch if batch.status in ("completed", "failed", "expired", "cancelled") else None

    return eventually(look, seconds, f"the end of {batch_id}")


def results(api: OpenAI, file_id: str | None) -> dict[str, dict]:
    if not file_id:
        return {}
    entries = [json.loads(text) for text in api.files.content(file_id).text.splitlines()]
    assert len({entry["custom_id"] for entry in entries}) == len(entries)
    return {entry["custom_id"]: entry for entry in entries}


def asked(log: UpstreamLog) -> Counter[str]:
    """How often each question arrived upstream."""
    texts = [record["text"] for record in log.records if record["record"] == "body" and "question " in record.get("text", "")]
    return Counter(json.loads(text)["messages"][0]["content"].removeprefix("question ") for text in texts)


def test_files(relay: Relay, key: Key):
    api = client(relay, key)
    content = json.dumps(line("a")).encode()
    made = api.files.create(file=("my questions.jsonl", content), purpose="batch")
    assert made.filename == "my questions.jsonl" and made.bytes == len(content) and made.purpose == "batch"
    assert api.files.retrieve(made.id) == made
    assert api.files.content(made.id).read() == content
    assert made.id in [entry.id for entry in api.files.list(purpose="batch")]
    second = api.files.create(file=("b.jsonl", b"x" * 700_000), purpose="batch", expires_after={"anchor": "created_at", "seconds": 3600})
    assert second.expires_at == second.created_at + 3600
    assert api.files.content(second.id).read() == b"x" * 700_000
    page = api.files.list(limit=1)
    assert [entry.id for entry in page.data] == [second.id] and page.has_more
    assert api.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        api.files.retrieve(made.id)


def test_what_is_no_file_of_ours(relay: Relay, key: Key):
    api = client(relay, key)
    with pytest.raises(openai.BadRequestError, match="purpose"):
        api.files.create(file=("a", b"x"), purpose="fine-tune")
    with pytest.raises(openai.BadRequestError, match="empty"):
        api.files.create(file=("a", b""), purpose="batch")
    headers = {"Authorization": f"Bearer {key.text}"}
    assert httpx.post(relay.http + "/v1/files", headers=headers, json={}).status_code == 400
    broken = headers | {"content-type": "multipart/form-data; boundary=x"}
    assert httpx.post(relay.http + "/v1/files", headers=broken, content=b"--x\r\nnonsense").status_code == 400
    assert httpx.post(relay.http + "/v1/files", headers=broken, content=b"y" * (5 << 20)).status_code == 413
    mine = api.files.create(file=("a", b"x"), purpose="batch")
    other = client(relay, relay.create_key())
    for call in (other.files.retrieve, other.files.content, other.files.delete):
        with pytest.raises(openai.NotFoundError):
            call(mine.id)
    with pytest.raises(openai.AuthenticationError):
        OpenAI(base_url=relay.http + "/v1", api_key="sk-lw-nonsense", max_retries=0).files.list()


def test_a_batch(relay: Relay, log: UpstreamLog):
    key = relay.create_key(name="batch")
    api = client(relay, key)
    names = [f"one-{number}" for number in range(20)]
    batch = api.batches.create(
        input_file_id=upload(api, [line(name) for name in names] + [line("lost", model="no-such-model")]),
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"for": "a test"},
    )
    assert batch.status == "validating" and batch.object == "batch" and batch.metadata == {"for": "a test"}
    batch = ended(api, batch.id)
    assert batch.status == "completed", batch
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (21, 20, 1)
    assert batch.created_at <= batch.in_progress_at <= batch.finalizing_at <= batch.completed_at < batch.expires_at
    answers = results(api, batch.output_file_id)
    assert set(answers) == set(names)
    for answer in answers.values():
        assert answer["error"] is None and answer["response"]["status_code"] == 200
        assert answer["response"]["body"]["choices"][0]["message"]["content"]
        assert answer["response"]["request_id"] == answer["id"]
    lost = results(api, batch.error_file_id)["lost"]
    assert lost["response"]["status_code"] == 404
    assert lost["response"]["body"]["error"]["code"] == "model_not_found"
    assert {name: asked(log)[name] for name in names} == {name: 1 for name in names}
    assert api.files.retrieve(batch.output_file_id).purpose == "batch_output"
    assert [entry.id for entry in api.batches.list(limit=1)][0] == batch.id
    with pytest.raises(openai.NotFoundError):
        client(relay, relay.create_key()).batches.retrieve(batch.id)
    ledger = LedgerFile(relay.directory)
    eventually(lambda: ledger.count("key_id = ?", key.id) >= 20, 10, "the rows of the ledger")
    written = [row["request_id"] for row in ledger.rows("key_id = ?", key.id)]
    assert sorted(written) == sorted(answer["id"] for answer in answers.values())


def test_files_that_hold_no_batch(relay: Relay, key: Key):
    api = client(relay, key)
    faulty = [
        line("a"), line("a"), line(""), line("b", url="/v1/embeddings"), line("c") | {"method": "GET"},
        line("d", stream=True), {"custom_id": "e", "method": "POST", "url": "/v1/chat/completions"},
    ]  # fmt: skip
    batch = ended(api, begin(api, faulty))
    assert batch.status == "failed" and batch.failed_at and batch.output_file_id is None
    assert [(error.line, error.code) for error in batch.errors.data] == [
        (2, "duplicate_custom_id"), (3, "missing_required_parameter"), (4, "invalid_url"), (5, "invalid_method"),
        (6, "invalid_value"), (7, "missing_required_parameter"),
    ]  # fmt: skip
    nonsense = api.files.create(file=("a.jsonl", b"\n{}x\n[1]\n"), purpose="batch").id
    options = {"endpoint": "/v1/chat/completions", "completion_window": "24h"}
    batch = ended(api, api.batches.create(input_file_id=nonsense, **options).id)
    assert [(error.line, error.code) for error in batch.errors.data] == [(2, "invalid_json_line"), (3, "invalid_json_line")]
    with pytest.raises(openai.NotFoundError):
        api.batches.create(input_file_id="file-none", **options)
    with pytest.raises(openai.BadRequestError, match="endpoint"):
        api.batches.create(input_file_id=nonsense, endpoint="/v1/nothing", completion_window="24h")
    with pytest.raises(openai.BadRequestError, match="completion_window"):
        api.batches.create(input_file_id=nonsense, endpoint="/v1/chat/completions", completion_window="1h")


def test_a_rate_slows_a_batch_down_and_fails_nothing(start, simulator):
    relay = start.relay(simulator.port("https"))
    key = relay.create_key("--rpm", "60")
    api = client(relay, key)
    began = time.monotonic()
    batch_id = begin(api, [line(f"slow-{number}") for number in range(54)])
    # Live work finds room although the batch waits for some.
    eventually(lambda: api.batches.retrieve(batch_id).request_counts.completed >= 40, 30, "most of the lines")
    for _ in range(3):
        api.chat.completions.create(model="sim-chat", messages=[{"role": "user", "content": "hi"}])
    batch = ended(api, batch_id)
    assert batch.status == "completed" and batch.request_counts.completed == 54, batch
    assert time.monotonic() - began > 5


def test_a_budget_ends_lines(start, simulator):
    relay = start.relay(
        simulator.port("https"),
        more_models="  - id: priced\n    routes:\n      - { upstream: simulator, model: sim-chat }\n"
        "    capabilities: [chat]\n    pricing: { input: 1, output: 1 }\n",
    )
    key = relay.create_key("--budget-usd", "0.05")
    batch = ended(client(relay, key), begin(client(relay, key), [line(f"p{number}", model="priced") for number in range(12)]))
    assert batch.status == "completed" and batch.request_counts.failed > 0
    errors = results(client(relay, key), batch.error_file_id).values()
    assert {error["response"]["body"]["error"]["code"] for error in errors} == {"insufficient_quota"}


def test_cancelling(relay: Relay, key: Key):
    api = client(relay, key)
    batch_id = begin(api, [line(f"c{number}", model="sim-slow") for number in range(200)])
    eventually(lambda: api.batches.retrieve(batch_id).status == "in_progress", 10, "that it runs")
    assert api.batches.cancel(batch_id).status == "cancelling"
    batch = ended(api, batch_id)
    assert batch.status == "cancelled" and batch.cancelled_at >= batch.cancelling_at
    assert batch.request_counts.completed + batch.request_counts.failed == 200
    codes = {entry["error"]["code"] for entry in results(api, batch.error_file_id).values() if entry["error"]}
    assert codes == {"batch_cancelled"}
    assert api.batches.cancel(batch_id).status == "cancelled"


def test_a_key_that_is_revoked_runs_nothing_more(start, simulator):
    relay = start.relay(simulator.port("https"))
    key = relay.create_key()
    batch_id = begin(client(relay, key), [line(f"r{number}", model="sim-slow") for number in range(40)])
    eventually(lambda: client(relay, key).batches.retrieve(batch_id).status == "in_progress", 10, "that it runs")
    relay.revoke(key)

    def batch() -> dict:
        with closing(sqlite3.connect(f"file:{relay.directory}/longwire.sqlite?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return dict(database.execute("SELECT * FROM batches WHERE id = ?", [batch_id]).fetchone())

    eventually(lambda: batch()["status"] == "completed", BATCH_SECONDS, "the end")
    assert batch()["failed"] > 20


@pytest.mark.parametrize("way", ["kill", "restart"])
def test_no_line_twice_and_none_lost(start, way: str):
    """A process that ends in the middle, several times, against the log of the upstream."""
    simulator = start.simulator()
    relay = start.relay(simulator.port("https"))
    key = relay.create_key()
    names = [f"{way}-{number}" for number in range(150)]
    lines = [
        line(name, model="sim-slow", max_tokens=4) if number % 10 == 3 else line(name)
        for number, name in enumerate(names)
    ]
    batch_id = begin(client(relay, key), lines)
    log = UpstreamLog(simulator.log)
    for round_ in range(4):
        eventually(lambda: len(asked(log)) > 25 * (round_ + 1), 30, "that lines run")
        relay.kill() if way == "kill" else relay.stop()
        relay = start._kept(relay.restarted())
    api = client(relay, key)
    batch = ended(api, batch_id, 120)
    assert batch.status == "completed", batch
    answers, errors = results(api, batch.output_file_id), results(api, batch.error_file_id)
    assert set(answers) | set(errors) == set(names) and not set(answers) & set(errors)
    assert batch.request_counts.completed == len(answers) and batch.request_counts.failed == len(errors)
    counted = asked(log)
    assert {name for name in names if counted[name] > 1} == set(), "a line was run twice"
    for name, entry in errors.items():
        assert entry["error"] and entry["error"]["code"] == "batch_line_interrupted", (name, entry)
    # Only what was under way can be in doubt, and an orderly end waits for it.
    assert len(errors) <= (32 if way == "kill" else 0)
    assert len(answers) >= 100
