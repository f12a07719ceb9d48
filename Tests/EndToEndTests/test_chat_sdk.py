"""Chat completions and models with the official `openai` SDK."""

import http.client
import json
import ssl

import openai
import pytest

from processes import Key, Relay

WEATHER_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
HELLO = [{"role": "user", "content": "hello relay"}]


@pytest.fixture(params=["tls", "plain"])
def client(request, relay: Relay, key: Key, tls: ssl.SSLContext):
    base = relay.https if request.param == "tls" else relay.http
    http_client = openai.DefaultHttpxClient(verify=tls)
    with openai.OpenAI(base_url=f"{base}/v1", api_key=key.text, http_client=http_client, max_retries=0) as client:
        yield client


def test_plain(client: openai.OpenAI):
    answer = client.chat.completions.create(model="sim-chat", messages=HELLO)
    assert answer.object == "chat.completion"
    assert "hello relay" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer._request_id


def test_stream(client: openai.OpenAI):
    chunks = list(client.chat.completions.create(model="sim-chat", messages=HELLO, stream=True))
    assert len(chunks) > 5
    assert "hello relay" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks), "usage was not asked for"


def test_stream_with_usage(client: openai.OpenAI):
    chunks = list(
        client.chat.completions.create(
            model="sim-chat", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens > 0
    assert all(chunk.choices for chunk in chunks[:-1])


def test_stream_is_not_held_back(client: openai.OpenAI):
    """What an upstream sent before it fell silent is there, though its answer never ends."""
    stream = client.with_options(timeout=10).chat.completions.create(
        model="sim-stall-mid-turn", messages=HELLO, stream=True
    )
    chunks = iter(stream)
    assert next(chunks).choices[0].delta.role == "assistant"
    assert "".join(next(chunks).choices[0].delta.content for _ in range(3)).startswith("You said:")
    stream.close()


def test_tools(client: openai.OpenAI):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = client.chat.completions.create(model="sim-chat", messages=messages, tools=[WEATHER_TOOL])
    assert first.choices[0].finish_reason == "tool_calls"
    call = first.choices[0].message.tool_calls[0]
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"city": "Paris"}
    messages += [
        first.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "21 degrees and sunny"},
    ]
    second = client.chat.completions.create(model="sim-chat", messages=messages, tools=[WEATHER_TOOL])
    assert "21 degrees and sunny" in second.choices[0].message.content


def test_tools_streamed(client: openai.OpenAI):
    stream = client.chat.completions.create(
        model="sim-chat",
        messages=[{"role": "user", "content": "weather in Oslo?"}],
        tools=[WEATHER_TOOL],
        stream=True,
    )
    arguments = ""
    for chunk in stream:
        for part in chunk.choices[0].delta.tool_calls or []:
            arguments += part.function.arguments or ""
    assert json.loads(arguments) == {"city": "Oslo"}


def test_model_is_renamed_upstream(client: openai.OpenAI):
    answer = client.chat.completions.create(model="renamed-chat", messages=HELLO)
    assert "hello relay" in answer.choices[0].message.content


def test_many_requests_on_one_connection(client: openai.OpenAI):
    for number in range(20):
        answer = client.chat.completions.create(
            model="sim-chat", messages=[{"role": "user", "content": f"say exactly: number {number}"}]
        )
        assert answer.choices[0].message.content == f"number {number}"


def test_models(client: openai.OpenAI):
    models = {model.id: model for model in client.models.list()}
    assert models["sim-chat"].owned_by == "longwire"
    assert models["sim-chat"].object == "model"
    assert client.models.retrieve("sim-chat").id == "sim-chat"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")


def test_models_list_has_the_documented_members(relay: Relay, key: Key):
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=10)
    connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key.text}"})
    response = connection.getresponse()
    listed = json.loads(response.read())
    connection.close()
    assert response.status == 200
    assert listed["object"] == "list"
    assert listed["error"] is None
    assert "metadata" in listed
    model = next(model for model in listed["data"] if model["id"] == "sim-chat")
    assert {"id", "object", "created", "owned_by", "capabilities", "context_length", "pricing"} <= model.keys()


def test_bad_key(client: openai.OpenAI):
    with pytest.raises(openai.AuthenticationError) as refusal:
        client.with_options(api_key="sk-lw-wrong").chat.completions.create(model="sim-chat", messages=HELLO)
    assert refusal.value.code == "invalid_api_key"


def test_unknown_model(client: openai.OpenAI):
    with pytest.raises(openai.NotFoundError) as refusal:
        client.chat.completions.create(model="no-such-model", messages=HELLO)
    assert refusal.value.code == "model_not_found"


def test_unlisted_models_pass_where_the_upstream_takes_any(start, simulator):
    """`models: ["*"]`: the name travels as it is, and the upstream is the one to say no."""
    relay = start.relay(simulator.port("https"), passthrough=True)
    key = relay.create_key()
    with openai.OpenAI(base_url=f"{relay.http}/v1", api_key=key.text, max_retries=0) as client:
        answer = client.chat.completions.create(model="gpt-4o-of-tomorrow", messages=HELLO)
        assert answer.model == "gpt-4o-of-tomorrow"
        with pytest.raises(openai.NotFoundError):
            client.chat.completions.create(model="no-such-model", messages=HELLO)


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("sim-refuse-429", openai.RateLimitError),
        ("sim-refuse-403", openai.InternalServerError),
        ("sim-refuse-400", openai.BadRequestError),
        ("sim-refuse-500", openai.InternalServerError),
        ("down", openai.InternalServerError),
    ],
)
def test_upstream_refusals(client: openai.OpenAI, model: str, error: type):
    with pytest.raises(error):
        client.chat.completions.create(model=model, messages=HELLO)


@pytest.mark.parametrize("model", ["sim-drop-mid-turn", "sim-fail-turn"])
def test_a_broken_stream_is_told(client: openai.OpenAI, model: str):
    with pytest.raises(openai.APIError):
        for _ in client.chat.completions.create(model=model, messages=HELLO, stream=True):
            pass


def test_invalid_requests_are_refused_with_reason(relay: Relay, key: Key):
    connection = http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=10)
    for body, code in ((b"{", "invalid_json"), (b"{}", "missing_required_parameter")):
        connection.request(
            "POST",
            "/v1/chat/completions",
            body,
            {"Authorization": f"Bearer {key.text}", "Content-Type": "application/json"},
        )
        response = connection.getresponse()
        error = json.loads(response.read())["error"]
        assert response.status == 400
        assert error["code"] == code
    connection.close()
