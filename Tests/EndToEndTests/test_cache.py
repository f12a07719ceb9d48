"""The response cache: who gets what again, what it costs, and what is never kept."""

import json
import uuid

import httpx
import pytest

from ledger_file import LedgerFile
from processes import Key, Relay, eventually
from upstream_log import UpstreamLog

CACHE = "cache: { ttl: 1h, models: [renamed-chat] }\n"


@pytest.fixture(scope="module")
def cached(tmp_path_factory, certificates, simulator):
    relay = Relay(tmp_path_factory.mktemp("cached"), certificates, simulator.port("https"), more=CACHE)
    yield relay
    relay.stop()


@pytest.fixture
def key(cached: Relay) -> Key:
    return cached.create_key()


def question(model: str = "sim-chat", **more) -> dict:
    """One that nobody has asked before."""
    return {"model": model, "messages": [{"role": "user", "content": uuid.uuid4().hex}]} | more


def ask(relay: Relay, key: Key, body: dict, word: str | None = None, **headers) -> httpx.Response:
    fields = {"Authorization": f"Bearer {key.text}"} | headers | ({"x-longwire-cache": word} if word else {})
    return httpx.post(relay.http + "/v1/chat/completions", headers=fields, content=json.dumps(body), timeout=30)


def told(answer: httpx.Response) -> str | None:
    assert answer.status_code == 200, answer.text
    return answer.headers.get("x-longwire-cache")


def times_asked(log: UpstreamLog, body: dict) -> int:
    words = body["messages"][0]["content"]
    return sum(words in record.get("text", "") for record in log.records if record["record"] == "body")


@pytest.mark.parametrize("stream", [False, True])
def test_the_same_again(cached: Relay, key: Key, log: UpstreamLog, stream: bool):
    body = question(stream=stream)
    first, second = ask(cached, key, body, "use"), ask(cached, key, body, "use")
    assert (told(first), told(second)) == ("miss", "hit")
    assert first.content == second.content and first.headers["content-type"] == second.headers["content-type"]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert int(second.headers["age"]) >= 0 and times_asked(log, body) == 1
    assert second.text.endswith("data: [DONE]\n\n") == stream
    assert ("content-length" in second.headers) != stream


def test_a_hit_costs_nothing_and_is_written_down(cached: Relay, key: Key):
    body = question()
    answers = [ask(cached, key, body, "use") for _ in range(3)]
    ledger = LedgerFile(cached.directory)
    rows = {row["request_id"]: row for row in ledger.awaited(3, "key_id = ?", key.id)}
    first, *hits = [rows[answer.headers["x-request-id"]] for answer in answers]
    assert first["upstream"] == "simulator" and first["output_text"] > 0
    for hit in hits:
        assert hit["upstream"] == "cache" and hit["cost_micro_usd"] == 0 and hit["output_text"] == 0
        assert hit["status"] == "completed" and hit["http_status"] == 200


def test_words(cached: Relay, key: Key, log: UpstreamLog):
    body = question()
    assert told(ask(cached, key, body)) is None, "nobody asked for it"
    assert told(ask(cached, key, body, "skip")) is None
    assert told(ask(cached, key, body, "use")) == "miss", "what was not asked for was not kept"
    assert told(ask(cached, key, body, "refresh")) == "miss"
    assert told(ask(cached, key, body, "USE")) == "hit"
    assert times_asked(log, body) == 4
    wrong = ask(cached, key, body, "perhaps")
    assert wrong.status_code == 400 and wrong.json()["error"]["param"] == "x-longwire-cache"


def test_models_that_are_cached_unasked(cached: Relay, key: Key):
    for more in ({"temperature": 0}, {"seed": 7}):
        body = question("renamed-chat", **more)
        assert [told(ask(cached, key, body)) for _ in range(2)] == ["miss", "hit"]
        assert told(ask(cached, key, body, "skip")) is None
    body = question("renamed-chat", temperature=1)
    assert [told(ask(cached, key, body)) for _ in range(2)] == [None, None], "an answer by chance is another each time"


def test_what_is_not_the_same(cached: Relay, key: Key):
    body = question()
    assert told(ask(cached, key, body, "use")) == "miss"
    assert told(ask(cached, key, body | {"stream": True}, "use")) == "miss"
    assert told(ask(cached, key, body | {"max_tokens": 5}, "use")) == "miss"
    assert told(ask(cached, cached.create_key(), body, "use")) == "miss", "never across keys"
    assert told(ask(cached, key, body, "use", **{"openai-beta": "x=1"})) == "miss"
    assert told(ask(cached, key, body, "use")) == "hit"


@pytest.mark.parametrize("model", ["sim-refuse-503", "sim-drop-mid-turn", "sim-garbage", "sim-fail-turn"])
@pytest.mark.parametrize("stream", [False, True])
def test_what_went_wrong_is_not_kept(start, simulator, model: str, stream: bool):
    relay = start.relay(simulator.port("https"), more=CACHE)
    key, body = relay.create_key(), question(model, stream=stream)
    for _ in range(2):
        try:
            answer = ask(relay, key, body, "use")
        except httpx.RemoteProtocolError:
            continue  # A body that broke off.
        assert answer.headers.get("x-longwire-cache") in (None, "miss")


def test_a_key_that_may_not_gets_nothing(cached: Relay):
    key = cached.create_key("--models", "sim-chat")
    body = question()
    assert [told(ask(cached, key, body, "use")) for _ in range(2)] == ["miss", "hit"]
    cached.revoke(key)
    eventually(lambda: ask(cached, key, body, "use").status_code == 401, 10, "a refusal")


@pytest.mark.parametrize(("scope", "shared"), [("account", [True, False]), ("all", [True, True])])
def test_scopes(start, simulator, scope: str, shared: list[bool]):
    relay = start.relay(simulator.port("https"), more=f"cache: {{ scope: {scope} }}\n")
    relay.command("accounts", "create", "--name", "other")
    one, neighbour, stranger = relay.create_key(), relay.create_key(), relay.create_key("--account", "other")
    body = question()
    assert told(ask(relay, one, body, "use")) == "miss"
    assert [told(ask(relay, key, body, "use")) == "hit" for key in (neighbour, stranger)] == shared


def test_off_unless_configured(relay: Relay):
    key, body = relay.create_key(), question()
    assert [told(ask(relay, key, body, "use")) for _ in range(2)] == [None, None]


def test_small_caches_forget(start, simulator):
    relay = start.relay(simulator.port("https"), more="cache: { entries: 2 }\n")
    key = relay.create_key()
    bodies = [question() for _ in range(3)]
    assert [told(ask(relay, key, body, "use")) for body in bodies] == ["miss"] * 3
    assert told(ask(relay, key, bodies[0], "use")) == "miss"
    assert told(ask(relay, key, bodies[2], "use")) == "hit"
