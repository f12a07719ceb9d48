"""The official SDKs of three dialects, asked alike: what they are told comes back in the same words for all."""

import json
from dataclasses import dataclass, field

import anthropic
import httpx
import openai
from google import genai
from google.genai import types

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = {"get_weather": "Tells the weather.", "get_time": "Tells the time."}


@dataclass
class Told:
    """What an SDK made of an answer."""

    text: str = ""
    thought: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    finish: str = ""
    prompt: int | None = None
    completion: int | None = None
    model: str = ""


@dataclass
class Failed(Exception):
    """What an SDK raised."""

    status: int | None
    kind: str
    message: str
    body: object
    fields: dict[str, str]


class OpenAIClient:
    dialect = "openai"

    def __init__(self, url: str, key: str):
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=20)

    def request(self, model: str, tools: bool, loop: bool, **more) -> dict:
        request: dict = {
            "model": model,
            "messages": [
                {"role": "system", "content": "Be brief."},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is this?"},
                        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
                    ],
                },
            ],
            "max_tokens": 300,
            "temperature": 0.5,
            "stop": ["END"],
        }
        if tools or loop:
            request["tools"] = [
                {"type": "function", "function": {"name": name, "description": about, "parameters": SCHEMA}}
                for name, about in TOOLS.items()
            ]
        if loop:
            calls = [
                {"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": '{"city":"Paris"}'}}
                for name in TOOLS
            ]
            request["messages"] += [
                {"role": "assistant", "content": None, "tool_calls": calls},
                *({"role": "tool", "tool_call_id": f"call_{name}", "content": f"{name} result"} for name in TOOLS),
            ]
        return request | more

    def whole(self, model: str, tools: bool = False, loop: bool = False, **more) -> Told:
        with self.raised():
            answer = self.client.chat.completions.create(**self.request(model, tools, loop, **more))
        choice = answer.choices[0]
        told = Told(choice.message.content or "", getattr(choice.message, "reasoning_content", None) or "")
        for call in choice.message.tool_calls or []:
            told.calls.append((call.function.name, json.loads(call.function.arguments)))
            told.ids.append(call.id)
        told.finish, told.model = self.finish(choice.finish_reason), answer.model
        if answer.usage:
            told.prompt, told.completion = answer.usage.prompt_tokens, answer.usage.completion_tokens
        return told

    def streamed(self, model: str, tools: bool = False, loop: bool = False, **more) -> Told:
        told, calls = Told(), {}
        request = self.request(model, tools, loop, **more)
        with self.raised():
            for chunk in self.client.chat.completions.create(
                **request, stream=True, stream_options={"include_usage": True}
            ):
                told.model = chunk.model
                if chunk.usage:
                    told.prompt, told.completion = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
                for choice in chunk.choices:
                    told.text += choice.delta.content or ""
                    told.thought += getattr(choice.delta, "reasoning_content", None) or ""
                    for call in choice.delta.tool_calls or []:
                        known = calls.setdefault(call.index, [call.id, call.function.name, ""])
                        known[2] += call.function.arguments or ""
                    if choice.finish_reason:
                        told.finish = self.finish(choice.finish_reason)
        told.calls = [(name, json.loads(arguments)) for _, name, arguments in calls.values()]
        told.ids = [call[0] for call in calls.values()]
        return told

    @staticmethod
    def finish(reason: str) -> str:
        return {"tool_calls": "tools", "content_filter": "filter"}.get(reason, reason)

    @staticmethod
    def raised() -> "Raised":
        return Raised(openai.APIError)


class ClaudeClient:
    dialect = "claude"

    def __init__(self, url: str, key: str):
        self.client = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0, timeout=20)

    def request(self, model: str, tools: bool, loop: bool, **more) -> dict:
        image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
        request: dict = {
            "model": model,
            "max_tokens": 300,
            "system": "Be brief.",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]}],
            "stop_sequences": ["END"],
        }
        if tools or loop:
            request["tools"] = [
                {"name": name, "description": about, "input_schema": SCHEMA} for name, about in TOOLS.items()
            ]
        if loop:
            calls = [
                {"type": "tool_use", "id": f"call_{name}", "name": name, "input": {"city": "Paris"}} for name in TOOLS
            ]
            results = [
                {"type": "tool_result", "tool_use_id": f"call_{name}", "content": f"{name} result"} for name in TOOLS
            ]
            request["messages"] += [{"role": "assistant", "content": calls}, {"role": "user", "content": results}]
        return request | more

    def whole(self, model: str, tools: bool = False, loop: bool = False, **more) -> Told:
        with self.raised():
            return self.told(self.client.messages.create(**self.request(model, tools, loop, **more)))

    def streamed(self, model: str, tools: bool = False, loop: bool = False, **more) -> Told:
        with self.raised(), self.client.messages.stream(**self.request(model, tools, loop, **more)) as stream:
            told = Told()
            for event in stream:
                if event.type == "text":
                    told.text += event.text
            message = self.told(stream.get_final_message())
            assert message.text == told.text
            return message

    @staticmethod
    def told(message) -> Told:
        told = Told(model=message.model)
        for block in message.content:
            match block.type:
                case "text":
                    told.text += block.text
                case "thinking":
                    told.thought += block.thinking
                case "tool_use":
                    told.calls.append((block.name, block.input))
                    told.ids.append(block.id)
        usage = message.usage
        told.prompt = (
            usage.input_tokens + (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        )
        told.completion = usage.output_tokens
        told.finish = {"end_turn": "stop", "max_tokens": "length", "tool_use": "tools", "refusal": "filter"}.get(
            message.stop_reason, message.stop_reason
        )
        return told

    @staticmethod
    def raised() -> "Raised":
        return Raised(anthropic.APIError)


class GeminiClient:
    dialect = "gemini"

    def __init__(self, url: str, key: str):
        self.client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url, timeout=20_000))

    def request(self, model: str, tools: bool, loop: bool, **more) -> dict:
        image = types.Part(inline_data=types.Blob(mime_type="image/png", data=__import__("base64").b64decode(PIXEL)))
        contents = [types.Content(role="user", parts=[types.Part(text="What is this?"), image])]
        config: dict = {
            "system_instruction": "Be brief.", "max_output_tokens": 300, "temperature": 0.5, "stop_sequences": ["END"],
            "automatic_function_calling": {"disable": True},
        }  # fmt: skip
        if tools or loop:
            config["tools"] = [
                {
                    "function_declarations": [
                        {"name": name, "description": about, "parameters_json_schema": SCHEMA}
                        for name, about in TOOLS.items()
                    ]
                }
            ]
        if loop:
            calls = [types.Part(function_call=types.FunctionCall(name=name, args={"city": "Paris"})) for name in TOOLS]
            results = [
                types.Part(function_response=types.FunctionResponse(name=name, response={"output": f"{name} result"}))
                for name in TOOLS
            ]
            contents += [types.Content(role="model", parts=calls), types.Content(role="user", parts=results)]
        return {"model": model, "contents": contents, "config": config | more}

    def whole(self, model: str, tools: bool = False, loop: bool = False, **more) -> Told:
        told = Told()
        with self.raised():
            self.add(self.client.models.generate_content(**self.request(model, tools, loop, **more)), told)
        return told

    def streamed(self, model: str, tools: bool = False, loop: bool = False, **more) -> Told:
        told = Told()
        with self.raised():
            for chunk in self.client.models.generate_content_stream(**self.request(model, tools, loop, **more)):
                self.add(chunk, told)
        return told

    @staticmethod
    def add(answer, told: Told) -> None:
        told.model = answer.model_version or told.model
        if answer.usage_metadata and answer.usage_metadata.prompt_token_count is not None:
            usage = answer.usage_metadata
            told.prompt = usage.prompt_token_count
            told.completion = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
        for candidate in answer.candidates or []:
            for part in (candidate.content and candidate.content.parts) or []:
                if part.function_call:
                    told.calls.append((part.function_call.name, part.function_call.args))
                elif part.thought:
                    told.thought += part.text or ""
                else:
                    told.text += part.text or ""
            if candidate.finish_reason:
                reason = {"STOP": "stop", "MAX_TOKENS": "length", "SAFETY": "filter"}
                told.finish = reason.get(candidate.finish_reason.value, candidate.finish_reason.value)
        if told.calls and told.finish == "stop":
            told.finish = "tools"

    @staticmethod
    def raised() -> "Raised":
        return Raised(genai.errors.APIError)


class Raised:
    """Turns an SDK's error into one that is the same for all."""

    def __init__(self, kind: type[Exception]):
        self.kind = kind

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None or not isinstance(error, self.kind):
            return False
        response = getattr(error, "response", None)
        status = getattr(error, "status_code", None) or getattr(error, "code", None)
        raise Failed(
            status if isinstance(status, int) else None,
            type(error).__name__,
            str(error),
            getattr(error, "body", None) or getattr(error, "details", None),
            dict(response.headers) if isinstance(response, httpx.Response) else {},
        ) from error


CLIENTS = {client.dialect: client for client in (OpenAIClient, ClaudeClient, GeminiClient)}
