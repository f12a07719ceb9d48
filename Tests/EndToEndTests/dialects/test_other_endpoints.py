"""Models in three shapes, counts, what is refused or dropped, what merely passes, and the ledger."""

import io
from collections.abc import Iterator

import httpx
import openai
import pytest
from anthropic import Anthropic, BadRequestError
from google import genai
from google.genai import types

from clients import Failed
from dialect_relay import DIALECTS, OTHERS, Clients, DialectRelay, Ledger, http_client
from doubles import SOUND
from processes import Key
from scenes import SCENES
from test_errors import request

pairs = pytest.mark.parametrize("upstream", DIALECTS)
sdks = pytest.mark.parametrize("sdk", DIALECTS)


# Here each test has a key, by which it knows its rows in the ledger: those of tests before it may still come.


@pytest.fixture
def own(between: DialectRelay) -> Key:
    return between.create_key_by_api(name="dialects")


@pytest.fixture
def clients(between: DialectRelay, own: Key) -> Clients:
    return Clients(between, own)


@pytest.fixture
def http(between: DialectRelay, own: Key) -> Iterator[httpx.Client]:
    with http_client(between, own) as client:
        yield client


@pytest.fixture
def ledger(between: DialectRelay, own: Key) -> Ledger:
    return Ledger(between, own)


# --- Models (http §1.7, §2.6, §3.6) ---


def test_models_of_openai(clients, http: httpx.Client):
    ids = [model.id for model in clients["openai"].client.models.list()]
    assert {"openai-text", "claude-text", "gemini-text", "vendor/with-slash", *OTHERS} <= set(ids)
    listed = http.get("/v1/models").json()
    shown = next(model for model in listed["data"] if model["id"] == "vendor/with-slash")
    assert shown["capabilities"] == {"chat": True, "vision": True}
    assert shown["context_length"] == 128000 and shown["created"] == 1790000000
    assert http.get("/v1/models/openai-text").json()["pricing"] == {
        "input": 0.001, "cached_input": 0.0001, "output": 0.002,
    }  # fmt: skip
    assert clients["openai"].client.models.retrieve("vendor/with-slash").owned_by == "doubles"


def test_models_of_claude_page_by_page(clients, http: httpx.Client):
    claude: Anthropic = clients["claude"].client
    listed = [model.id for model in claude.models.list(limit=7)]
    assert listed == [model["id"] for model in http.get("/v1/models").json()["data"]]
    assert len(listed) > 21
    model = claude.models.retrieve("vendor/with-slash")
    assert (model.id, model.type, model.created_at.year) == ("vendor/with-slash", "model", 2026)


def test_models_of_gemini_page_by_page(clients, http: httpx.Client):
    gemini: genai.Client = clients["gemini"].client
    listed = [model.name for model in gemini.models.list(config={"page_size": 9})]
    assert set(listed) == {f"models/{model['id']}" for model in http.get("/v1/models").json()["data"]}
    assert len(listed) == len(set(listed))
    assert gemini.models.get(model="gemini-text").supported_actions == ["generateContent", "countTokens"]
    assert http.get("/v1beta/models/vendor%2Fwith-slash").json()["inputTokenLimit"] == 128000


def test_models_that_are_not_there(clients):
    with pytest.raises(openai.NotFoundError):
        clients["openai"].client.models.retrieve("nobody")
    with pytest.raises(genai.errors.ClientError) as raised:
        clients["gemini"].client.models.get(model="nobody")
    assert raised.value.code == 404 and raised.value.status == "NOT_FOUND"


@pytest.mark.parametrize("name", ["vendor/with-slash", "vendor%2Fwith-slash"])
@pytest.mark.parametrize("version", ["v1", "v1beta", "v1alpha"])
def test_slash_in_a_model(http: httpx.Client, version: str, name: str):
    body = request("gemini", "")[1]
    answer = http.post(f"/{version}/models/{name}:generateContent", json=body)
    assert answer.json()["candidates"][0]["finishReason"] == "STOP"


# --- Counting ---


@pytest.mark.parametrize("upstream", DIALECTS)
def test_counts(clients, http: httpx.Client, doubles, ledger, upstream: str):
    """Whoever counts is asked; where nobody does, the count is an estimate and says so; nothing is billed."""
    body = {"model": f"{upstream}-text", "messages": [{"role": "user", "content": "How long is this? " * 10}]}
    claude = http.post("/v1/messages/count_tokens", json=body)
    gemini = http.post(
        f"/v1beta/models/{upstream}-text:countTokens",
        json={"contents": [{"parts": [{"text": "How long is this? " * 10}]}]},
    )
    counts = [claude.json()["input_tokens"], gemini.json()["totalTokens"]]
    estimated = [answer.headers.get("x-longwire-token-count") for answer in (claude, gemini)]
    if upstream == "openai":
        assert estimated == ["estimate"] * 2
        assert all(30 < count < 80 for count in counts)
        assert not any(seen.raw.count(b"How long") for seen in doubles["openai"].seen)
    else:
        assert (counts, estimated) == ([123, 123], [None, None])
        path = "/v1/messages/count_tokens" if upstream == "claude" else "/v1beta/models/text:countTokens"
        assert doubles[upstream].last.path == path
    rows = ledger.rows(2)
    assert all(row["cost_micro_usd"] == 0 and row["input_text"] == 0 for row in rows)
    model = f"{upstream}-text"
    sdk_count = clients["claude"].client.messages.count_tokens(
        model=model, messages=[{"role": "user", "content": "Hello"}]
    )
    assert sdk_count.input_tokens > 0
    assert clients["gemini"].client.models.count_tokens(model=model, contents="Hello").total_tokens > 0


# --- Refused or dropped (http §7) ---


def test_what_only_tunes_is_dropped_and_told(http: httpx.Client, doubles):
    path, body = request("openai", "claude-text")
    answer = http.post(path, json=body | {"seed": 7, "logit_bias": {"50256": -100}, "presence_penalty": 1})
    assert answer.status_code == 200
    assert set(answer.headers["x-longwire-dropped"].split(",")) == {"seed", "logit_bias", "presence_penalty"}
    assert not {"seed", "logit_bias", "presence_penalty"} & set(doubles["claude"].last.body)
    stream = http.post(path, json=body | {"seed": 7, "stream": True})
    assert stream.headers["x-longwire-dropped"] == "seed"
    assert "x-longwire-dropped" not in http.post(path, json=body).headers


def test_strict_conversion_refuses_it(http: httpx.Client):
    path, body = request("openai", "strict-claude")
    assert http.post(path, json=body).status_code == 200
    answer = http.post(path, json=body | {"seed": 7})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "unsupported_parameter"


def test_strict_conversion_within_one_dialect_passes_everything(http: httpx.Client, doubles):
    path, body = request("openai", "strict-openai")
    assert http.post(path, json=body | {"seed": 7, "x-unknown": [1]}).status_code == 200
    assert doubles["openai"].last.body["x-unknown"] == [1]


@pytest.mark.parametrize(
    ("upstream", "more"),
    [
        ("claude", {"n": 2}), ("claude", {"logprobs": True}), ("gemini", {"tools": [{"type": "custom", "custom": {"name": "f"}}]}),
        ("claude", {"modalities": ["text", "audio"], "audio": {"voice": "a", "format": "wav"}}),
    ],
)  # fmt: skip
def test_what_changes_the_meaning_is_refused(http: httpx.Client, upstream: str, more: dict):
    path, body = request("openai", f"{upstream}-text")
    answer = http.post(path, json=body | more)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"]


def test_server_tools_stay_with_their_provider(clients):
    tool = {"type": "web_search_20250305", "name": "web_search"}
    with pytest.raises(Failed) as raised:
        clients["claude"].whole("openai-text", extra_body={"tools": [tool]})
    assert raised.value.status == 400 and raised.value.kind == BadRequestError.__name__
    assert clients["claude"].whole("claude-text", extra_body={"tools": [tool]}).finish == "stop"


@sdks
def test_within_one_dialect_bytes_stay(http: httpx.Client, doubles, sdk: str):
    """But for the model, and the usage option of an OpenAI stream."""
    path, body = request(sdk, f"{sdk}-text")
    raw = httpx.Request("POST", "http://x", json=body).content.replace(b":", b" :  ", 3)
    assert http.post(path, content=raw, headers={"content-type": "application/json"}).status_code == 200
    assert doubles[sdk].last.raw == raw.replace(f"{sdk}-text".encode(), b"text")


def test_versions_of_claude(http: httpx.Client, doubles):
    path, body = request("claude", "claude-text")
    http.post(path, json=body, headers={"anthropic-version": "2026-10-21", "anthropic-beta": "a,b"})
    fields = doubles["claude"].last.fields
    assert (fields["anthropic-version"], fields["anthropic-beta"]) == ("2026-10-21", "a,b")
    path, body = request("openai", "claude-text")
    http.post(path, json=body, headers={"anthropic-version": "2026-10-21", "anthropic-beta": "a,b"})
    fields = doubles["claude"].last.fields
    assert fields["anthropic-version"] == "2023-06-01" and "anthropic-beta" not in fields


# --- What merely passes ---


def test_passed_endpoints(clients, ledger):
    sdk: openai.OpenAI = clients["openai"].client
    assert sdk.embeddings.create(model="embeddings", input="Hi", encoding_format="float").data[0].embedding == [0.25, -0.5]
    assert sdk.responses.create(model="responses", input="Hi").output_text == "Hi"
    assert sdk.completions.create(model="completions", prompt="Hello").choices[0].text == " world"
    assert sdk.moderations.create(model="moderations", input="Hi").results[0].flagged is False
    assert sdk.images.generate(model="images", prompt="A cat").data[0].b64_json == "aGk="
    assert sdk.audio.speech.create(model="speech", voice="alloy", input="Hi").content == SOUND
    told = ("embeddings", 8, 0), ("responses", 21, 12), ("completions", 4, 2), ("images", 6, 50)
    rows = {row["model"]: row for row in ledger.rows(6)}
    for model, prompt, answer in told:
        row = rows[model]
        assert row["input_text"] == prompt and row["output_text"] == answer, model
        assert not row["is_estimated"]
    assert rows["responses"]["cached_text"] == 5


def test_forms_pass(clients, doubles):
    sdk: openai.OpenAI = clients["openai"].client
    sound = ("a.wav", io.BytesIO(SOUND), "audio/wav")
    assert sdk.audio.transcriptions.create(model="whisper", file=sound).text == "Hi"
    assert SOUND in doubles["openai"].last.raw
    sound = ("a.wav", io.BytesIO(SOUND), "audio/wav")
    assert sdk.audio.translations.create(model="whisper", file=sound, response_format="vtt").startswith("WEBVTT")


def test_passed_streams(clients, http: httpx.Client, ledger):
    sdk: openai.OpenAI = clients["openai"].client
    events = list(sdk.responses.create(model="responses", input="Hi", stream=True))
    assert [event.type for event in events] == ["response.created", "response.output_text.delta", "response.completed"]
    chunks = list(sdk.completions.create(model="completions", prompt="Hi", stream=True))
    assert [choice.text for chunk in chunks for choice in chunk.choices] == [" world"]
    rows = {row["model"]: row for row in ledger.rows(2)}
    assert (rows["responses"]["input_text"], rows["responses"]["output_text"]) == (21, 12)
    assert (rows["completions"]["input_text"], rows["completions"]["output_text"]) == (4, 2)
    with pytest.raises(openai.APIError):
        list(sdk.responses.create(model="responses-cut", input="Hi", stream=True))


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/responses", "/v1/audio/speech"])
def test_only_upstreams_of_openai_have_them(http: httpx.Client, path: str):
    answer = http.post(path, json={"model": "claude-text", "input": "Hi"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "endpoint_not_supported"


# --- The ledger ---


@pytest.mark.parametrize("name", ("text", "thinking", "tools"))
@pytest.mark.parametrize("way", ("whole", "streamed"))
@pairs
@sdks
def test_rows_say_what_the_double_told(clients, ledger, sdk: str, upstream: str, way: str, name: str):
    scene = SCENES[name]
    getattr(clients[sdk], way)(f"{upstream}-{name}", tools=bool(scene.calls))
    row = ledger.rows()[0]
    assert (row["input_text"], row["cached_text"], row["output_text"]) == (scene.prompt, scene.cached, scene.completion)
    assert (row["model"], row["upstream"], row["upstream_model"]) == (f"{upstream}-{name}", upstream, name)
    assert (row["status"], row["http_status"], row["is_estimated"]) == ("completed", 200, 0)
    cost = (scene.prompt - scene.cached) * 1 + scene.cached * 0.1 + scene.completion * 2
    assert row["cost_micro_usd"] == pytest.approx(cost, abs=1)


@sdks
def test_broken_streams_are_written_down_as_such(clients, ledger, sdk: str):
    with pytest.raises(Failed):
        clients[sdk].streamed(f"{sdk}-early")
    assert ledger.rows()[0]["status"] == "upstream_lost"


def test_generation_config_of_gemini(clients, doubles):
    """What the SDK spells in snake case inside camel case arrives as the other dialects have it (http §3.1)."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    clients["gemini"].client.models.generate_content(
        model="openai-text",
        contents="Hi",
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=schema, top_p=0.5, seed=3
        ),
    )
    body = doubles["openai"].last.body
    assert body["response_format"]["json_schema"]["schema"]["properties"] == schema["properties"]
    assert (body["top_p"], body["seed"]) == (0.5, 3)
