"""Refusals and failures in the client's own dialect, before and in mid-stream (protocol: http §6)."""

import json
import re

import httpx
import pytest

from clients import Failed
from dialect_relay import DIALECTS
from doubles import UPSTREAM_KEY
from processes import eventually
from scenes import PIECES, TEXT

pairs = pytest.mark.parametrize("upstream", DIALECTS)
sdks = pytest.mark.parametrize("sdk", DIALECTS)
ways = pytest.mark.parametrize("way", ("whole", "streamed"))

#: The upstream's status → what clients of each dialect are told: status and type (OpenAI, Claude) or status's name (Gemini).
TABLE = {
    400: ((400, "invalid_request_error"), (400, "invalid_request_error"), (400, "INVALID_ARGUMENT")),
    401: ((502, "api_error"), (502, "api_error"), (502, "UNAVAILABLE")),
    403: ((502, "api_error"), (502, "api_error"), (502, "UNAVAILABLE")),
    404: ((404, "invalid_request_error"), (404, "not_found_error"), (404, "NOT_FOUND")),
    413: ((413, "invalid_request_error"), (413, "request_too_large"), (413, "INVALID_ARGUMENT")),
    429: ((429, None), (429, "rate_limit_error"), (429, "RESOURCE_EXHAUSTED")),
    500: ((500, None), (500, "api_error"), (500, "INTERNAL")),
    503: ((503, None), (529, "overloaded_error"), (503, "UNAVAILABLE")),
    504: ((504, None), (504, "timeout_error"), (504, "DEADLINE_EXCEEDED")),
}

PATHS = {
    "openai": "/v1/chat/completions",
    "claude": "/v1/messages",
    "gemini": "/v1beta/models/{model}:generateContent",
}


def request(dialect: str, model: str, stream: bool = False) -> tuple[str, dict]:
    """A path and a body."""
    match dialect:
        case "openai" | "claude":
            body: dict = {"model": model, "messages": [{"role": "user", "content": "Hi"}], "stream": stream}
            return PATHS[dialect], body | ({"max_tokens": 50} if dialect == "claude" else {})
        case _:
            path = PATHS[dialect].format(model=model)
            if stream:
                path = path.replace(":generateContent", ":streamGenerateContent") + "?alt=sse"
            return path, {"contents": [{"parts": [{"text": "Hi"}]}]}


def told(dialect: str, answer: httpx.Response) -> tuple[str, str]:
    """Type and message of an error, whose shape is checked."""
    body = answer.json()
    error = body["error"]
    match dialect:
        case "openai":
            assert set(error) == {"message", "type", "param", "code"}
            return error["type"], error["message"]
        case "claude":
            assert body["type"] == "error"
            return error["type"], error["message"]
        case _:
            assert error["code"] == answer.status_code
            return error["status"], error["message"]


@pairs
@sdks
@pytest.mark.parametrize("status", TABLE)
def test_table(http: httpx.Client, sdk: str, upstream: str, status: int):
    """The provider's status becomes the client's own word for it; the provider's words stay, its key does not."""
    path, body = request(sdk, f"{upstream}-error-{status}")
    answer = http.post(path, json=body)
    expected, kind = TABLE[status][DIALECTS.index(sdk)]
    if sdk == upstream and status == 503:
        expected = 503  # Passed on as it came.
    found, message = told(sdk, answer)
    assert answer.status_code == expected
    if kind:
        assert found == kind
    assert ("The provider says no to [redacted]." == message) == (status not in (401, 403))
    assert UPSTREAM_KEY not in answer.text
    assert answer.headers["x-request-id"] == answer.headers["request-id"]
    assert "set-cookie" not in answer.headers


@sdks
def test_wait_that_gemini_asks_for(http: httpx.Client, sdk: str):
    path, body = request(sdk, "gemini-error-429")
    assert http.post(path, json=body).headers["retry-after"] in ("0", "17")


@sdks
def test_page_instead_of_an_error(http: httpx.Client, sdk: str):
    for upstream in DIALECTS:
        path, body = request(sdk, f"{upstream}-page")
        answer = http.post(path, json=body)
        told(sdk, answer)
        assert answer.status_code == 502
        assert "html" not in answer.text and "10.1.2.3" not in answer.text


@pairs
@sdks
@ways
def test_sdks_raise_what_they_call_it(clients, sdk: str, upstream: str, way: str):
    with pytest.raises(Failed) as raised:
        getattr(clients[sdk], way)(f"{upstream}-error-429")
    assert raised.value.status == 429
    assert raised.value.kind == {"gemini": "ClientError"}.get(sdk, "RateLimitError")


@pairs
@sdks
def test_errors_in_a_200_are_refusals(http: httpx.Client, sdk: str, upstream: str):
    path, body = request(sdk, f"{upstream}-oops")
    answer = http.post(path, json=body)
    assert answer.status_code in (502, 503, 529)
    assert told(sdk, answer)[1] == "Overloaded in a 200."


# --- In mid-stream ---


@pairs
@sdks
@pytest.mark.parametrize("play", ("cut", "early", "fails"))
def test_streams_that_break(clients, sdk: str, upstream: str, play: str):
    """What came is told, then an error; no SDK takes the stream for whole."""
    with pytest.raises(Failed) as raised:
        clients[sdk].streamed(f"{upstream}-{play}")
    assert UPSTREAM_KEY not in raised.value.message
    assert ("[redacted]" in raised.value.message) == (play == "fails")


ENDS = {"openai": ("[DONE]", '"finish_reason":"stop"'), "claude": ("message_stop", "end_turn"), "gemini": ("STOP",)}


@pairs
@sdks
@pytest.mark.parametrize("play", ("cut", "early", "fails"))
def test_no_end_is_invented(http: httpx.Client, sdk: str, upstream: str, play: str):
    path, body = request(sdk, f"{upstream}-{play}", stream=True)
    answer = http.post(path, json=body)
    assert answer.status_code == 200
    assert PIECES[0] in answer.text
    assert not any(end in answer.text for end in ENDS[sdk])
    last = re.split("\r?\n\r?\n", answer.text.strip())[-1].strip().splitlines()
    assert last[0] == ("event: error" if sdk == "claude" else last[-1])
    assert json.loads(last[-1].removeprefix("data: "))["error"]["message"]


@pytest.mark.parametrize("upstream", DIALECTS)
def test_array_that_breaks_is_an_array(http: httpx.Client, upstream: str):
    """Without `alt=sse` a Gemini stream is an array, whose last element is the error (http §3.5)."""
    path, body = request("gemini", f"{upstream}-early", stream=True)
    answer = http.post(path.removesuffix("?alt=sse"), json=body)
    assert answer.headers["content-type"].startswith("application/json")
    elements = answer.json()
    assert "error" in elements[-1] and all("candidates" in element for element in elements[:-1])


def test_refusals_of_an_array_are_an_array(http: httpx.Client):
    path, body = request("gemini", "nobody", stream=True)
    answer = http.post(path.removesuffix("?alt=sse"), json=body)
    assert answer.status_code == 404
    assert [element["error"]["status"] for element in answer.json()] == ["NOT_FOUND"]


@pytest.mark.parametrize("upstream", DIALECTS)
def test_array(http: httpx.Client, upstream: str):
    path, body = request("gemini", f"{upstream}-text", stream=True)
    elements = http.post(path.removesuffix("?alt=sse"), json=body).json()
    parts = [part for element in elements for part in element["candidates"][0]["content"].get("parts", [])]
    assert "".join(part["text"] for part in parts) == TEXT
    assert elements[-1]["candidates"][0]["finishReason"] == "STOP"


# --- Before there is an exchange ---


@sdks
def test_refusals_of_our_own(between, http: httpx.Client, sdk: str):
    path, body = request(sdk, f"{sdk}-text")
    kinds = {
        "no key": httpx.post(f"{between.http}{path}", json=body),
        "wrong key": httpx.post(f"{between.http}{path}", json=body, headers={"x-api-key": "lw-nobody"}),
        "method": http.get(path) if sdk != "gemini" else http.put(path, json=body),
        "no JSON": http.post(path, content=b"{", headers={"content-type": "application/json"}),
        "too large": http.post(path, content=b" " * 4_300_000),
        "no model": http.post(*request(sdk, "nobody")[:1], json=request(sdk, "nobody")[1]),
    }
    statuses = {"no key": 401, "wrong key": 401, "method": 405, "no JSON": 400, "too large": 413, "no model": 404}
    for name, answer in kinds.items():
        assert answer.status_code == statuses[name], name
        told(sdk, answer)
        assert answer.headers["x-request-id"] == answer.headers["request-id"]


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/v1/chat/nothing", "openai"), ("/v1/messages/nothing", "claude"), ("/v1beta/models/x:nothing", "gemini"),
        ("/v1beta/nothing", "gemini"), ("/v1/files/x/y", "openai"),
    ],
)  # fmt: skip
def test_paths_that_lead_nowhere(http: httpx.Client, path: str, dialect: str):
    answer = http.post(path, json={})
    assert answer.status_code == 404
    told(dialect, answer)


# --- Waiting ---


@pytest.mark.parametrize(("sdk", "ping"), [("openai", ": ping"), ("claude", "event: ping"), ("gemini", None)])
@pairs
def test_keep_alive(http: httpx.Client, clients, sdk: str, ping: str | None, upstream: str):
    """Who waits for the first event hears from us where the dialect bears it, and the answer is the same (http §1.8)."""
    path, body = request(sdk, f"{upstream}-late", stream=True)
    answer = http.post(path, json=body)
    before = answer.text.split(PIECES[0])[0]
    assert (ping in before) if ping else (before.count("ping") == 0)
    assert clients[sdk].streamed(f"{upstream}-late").text == TEXT


def test_errors_after_a_keep_alive_go_in_band(http: httpx.Client):
    path, body = request("openai", "openai-only-head", stream=True)
    answer = http.post(path, json=body)
    assert answer.status_code == 200
    assert answer.text.startswith(": ping\n\n")
    last = json.loads(answer.text.strip().split("\n\n")[-1].removeprefix("data: "))
    assert last["error"]["code"] == "gateway_timeout"


@pairs
@sdks
def test_client_that_leaves(between, own, doubles, sdk: str, upstream: str):
    """The upstream is let go."""
    path, body = request(sdk, f"{upstream}-endless", stream=True)
    before = doubles[upstream].lost
    with httpx.stream(
        "POST", f"{between.http}{path}", json=body, headers={"authorization": f"Bearer {own.text}"}, timeout=10
    ) as answer:
        next(answer.iter_bytes())
    eventually(lambda: doubles[upstream].lost > before, 20, "the upstream is let go")
