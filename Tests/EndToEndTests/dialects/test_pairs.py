"""Nine pairs: each dialect's official SDK against an upstream of each dialect, whole and streamed (protocol: http §4, §5)."""

import pytest

from clients import PIXEL, TOOLS, Told
from dialect_relay import DIALECTS
from scenes import SCENES, TEXT, TIME, WEATHER, Scene

pairs = pytest.mark.parametrize("upstream", DIALECTS)
sdks = pytest.mark.parametrize("sdk", DIALECTS)
ways = pytest.mark.parametrize("way", ("whole", "streamed"))


def expect(told: Told, scene: Scene, sdk: str, upstream: str) -> None:
    assert told.text == scene.text
    assert told.calls == list(scene.calls)
    assert told.finish == scene.finish
    assert (told.prompt, told.completion) == (scene.prompt, scene.completion)
    # Every call has a name of its own by which its result can be told.
    assert len(set(told.ids)) == len(told.ids)


@ways
@pairs
@sdks
@pytest.mark.parametrize("name", SCENES)
def test_scenes(clients, sdk: str, upstream: str, way: str, name: str):
    told = getattr(clients[sdk], way)(f"{upstream}-{name}", tools=bool(SCENES[name].calls))
    expect(told, SCENES[name], sdk, upstream)
    assert told.model == f"{name}-2026"


@ways
@pairs
@sdks
def test_thoughts_are_shown_apart_from_the_answer(clients, sdk: str, upstream: str, way: str):
    told = getattr(clients[sdk], way)(f"{upstream}-thinking")
    assert told.text == TEXT
    assert told.thought == SCENES["thinking"].thought


@pairs
@sdks
def test_what_arrives_upstream(clients, doubles, sdk: str, upstream: str):
    """The system's words, an image, bounds and tools are where the upstream's dialect has them (http §4.1-§4.4)."""
    clients[sdk].whole(f"{upstream}-tool", tools=True)
    seen = doubles[upstream].last
    body = seen.body
    match upstream:
        case "openai":
            assert seen.path == "/v1/chat/completions"
            assert body["model"] == "tool"
            assert [message["role"] for message in body["messages"]] == ["system", "user"]
            parts = body["messages"][1]["content"]
            assert [part["type"] for part in parts] == ["text", "image_url"]
            assert parts[1]["image_url"]["url"] == f"data:image/png;base64,{PIXEL}"
            assert body.get("max_completion_tokens") or body["max_tokens"] == 300
            assert body["stop"] in ("END", ["END"])
            assert [tool["function"]["name"] for tool in body["tools"]] == list(TOOLS)
        case "claude":
            assert seen.path == "/v1/messages"
            assert seen.fields["anthropic-version"]
            assert body["model"] == "tool" and body["max_tokens"] == 300
            assert "Be brief." in str(body["system"])
            assert [message["role"] for message in body["messages"]] == ["user"]
            source = body["messages"][0]["content"][1]["source"]
            assert source == {"type": "base64", "media_type": "image/png", "data": PIXEL}
            assert body["stop_sequences"] == ["END"]
            assert [tool["name"] for tool in body["tools"]] == list(TOOLS)
            assert all(tool["input_schema"]["type"] == "object" for tool in body["tools"])
        case "gemini":
            assert seen.path == "/v1beta/models/tool:generateContent"
            system = body.get("systemInstruction") or body["system_instruction"]
            assert system["parts"][0]["text"] == "Be brief."
            assert len(body["contents"]) == 1
            config = body.get("generationConfig") or body["generation_config"]
            assert config["maxOutputTokens"] == 300 and config["stopSequences"] == ["END"]
            assert "inlineData" in body["contents"][0]["parts"][1]
            declared = body["tools"][0]
            functions = declared.get("functionDeclarations") or declared["function_declarations"]
            assert [function["name"] for function in functions] == list(TOOLS)
    assert seen.fields["accept-encoding"] == "identity"


@pairs
@sdks
def test_results_of_two_parallel_calls_arrive(clients, doubles, sdk: str, upstream: str):
    """Each result goes with its call (http §4.1)."""
    assert clients[sdk].whole(f"{upstream}-text", loop=True).text == TEXT
    body = doubles[upstream].last.body
    match upstream:
        case "openai":
            calls = body["messages"][2]["tool_calls"]
            assert [call["function"]["name"] for call in calls] == list(TOOLS)
            results = [message for message in body["messages"] if message["role"] == "tool"]
            assert [result["tool_call_id"] for result in results] == [call["id"] for call in calls]
            assert all(name in str(result["content"]) for name, result in zip(TOOLS, results, strict=True))
        case "claude":
            calls = [block for block in body["messages"][1]["content"] if block["type"] == "tool_use"]
            results = [block for block in body["messages"][2]["content"] if block["type"] == "tool_result"]
            assert [call["name"] for call in calls] == list(TOOLS)
            assert all(call["input"] == {"city": "Paris"} for call in calls)
            assert [result["tool_use_id"] for result in results] == [call["id"] for call in calls]
        case "gemini":
            calls = [part["functionCall"] for part in body["contents"][1]["parts"]]
            results = [part["functionResponse"] for part in body["contents"][2]["parts"]]
            assert [call["name"] for call in calls] == [result["name"] for result in results] == list(TOOLS)
            assert all("result" in str(result["response"]) for result in results)


@pairs
@sdks
def test_split_at_every_byte(clients, sdk: str, upstream: str):
    """A stream that comes byte by byte is the same stream (http §8)."""
    told = clients[sdk].streamed(f"{upstream}-bytewise", tools=True)
    assert (told.text, told.calls, told.finish) == (TEXT, [WEATHER, TIME], "tools")


@pairs
@sdks
def test_plain_json_for_a_stream(clients, sdk: str, upstream: str):
    """An upstream that answers whole where events were asked for (http §8), within one dialect too."""
    told = clients[sdk].streamed(f"{upstream}-plain", tools=True)
    assert (told.text, told.calls, told.finish) == (SCENES["tool"].text, [WEATHER], "tools")


@pairs
@sdks
def test_events_for_a_whole_answer(clients, sdk: str, upstream: str):
    told = clients[sdk].whole(f"{upstream}-events", tools=True)
    assert (told.text, told.calls, told.finish) == (SCENES["tool"].text, [WEATHER], "tools")


@sdks
def test_fail_over_into_another_dialect(clients, sdk: str):
    """The first upstream refuses, says nothing, or tells an error in a 200; the next speaks another dialect."""
    for last in DIALECTS:
        assert clients[sdk].streamed(f"over-{last}").text == TEXT
        assert clients[sdk].whole(f"over-{last}").text == TEXT
