"""What the doubles answer: one scene, told in three dialects (protocol: http §1.3, §1.4, §2.3, §2.4, §3.3, §3.4)."""

import json
from dataclasses import dataclass, field

THOUGHT = "The person wants a greeting."
PIECES = ["Hello", ", wörld ", "🌍", "! It\nworks."]
TEXT = "".join(PIECES)
WEATHER = ("get_weather", {"city": "Paris", "unit": "c"})
TIME = ("get_time", {"zone": "Europe/Paris", "precise": True})


@dataclass(frozen=True)
class Scene:
    """An answer in no dialect's words."""

    pieces: tuple[str, ...] = ()
    calls: tuple[tuple[str, dict], ...] = ()
    thought: str = ""
    finish: str = "stop"  # stop | length | tools | filter
    #: In OpenAI's way of counting.
    prompt: int = 11
    cached: int = 3
    completion: int = 9
    reasoning: int = 0

    @property
    def text(self) -> str:
        return "".join(self.pieces)


SCENES = {
    "text": Scene(tuple(PIECES)),
    "long": Scene(tuple(PIECES) * 40, completion=400),
    "length": Scene(("Cut", " off"), finish="length"),
    "filter": Scene(("No",), finish="filter"),
    "tool": Scene(("Let me look.",), (WEATHER,), finish="tools"),
    "tools": Scene((), (WEATHER, TIME), finish="tools", prompt=40, cached=0, completion=31),
    "thinking": Scene(tuple(PIECES), thought=THOUGHT, completion=20, reasoning=8),
}


@dataclass
class Reply:
    """What a double sends."""

    status: int = 200
    type: str = "application/json"
    #: Pieces of the body, each an HTTP chunk of its own.
    body: list[bytes] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    #: Whether the connection is cut instead of the body's end.
    is_cut: bool = False
    #: Seconds before each piece.
    pause: float = 0.0
    #: Seconds before the head.
    wait: float = 0.0


def dumps(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def split(text: str, count: int = 3) -> list[str]:
    size = max(1, len(text) // count)
    return [text[index : index + size] for index in range(0, len(text), size)]


# --- OpenAI ---


def openai_usage(scene: Scene) -> dict:
    return {
        "prompt_tokens": scene.prompt,
        "completion_tokens": scene.completion,
        "total_tokens": scene.prompt + scene.completion,
        "prompt_tokens_details": {"cached_tokens": scene.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": scene.reasoning, "audio_tokens": 0},
    }


OPENAI_FINISH = {"stop": "stop", "length": "length", "tools": "tool_calls", "filter": "content_filter"}


def openai_calls(scene: Scene) -> list[dict]:
    return [
        {"id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": dumps(arguments)}}
        for index, (name, arguments) in enumerate(scene.calls)
    ]


def openai_whole(scene: Scene, model: str) -> bytes:
    message = {"role": "assistant", "content": scene.text or None, "refusal": None, "annotations": []}
    if scene.thought:
        message["reasoning_content"] = scene.thought
    if scene.calls:
        message["tool_calls"] = openai_calls(scene)
    return dumps(
        {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1790000000, "model": f"{model}-2026",
            "choices": [
                {"index": 0, "message": message, "logprobs": None, "finish_reason": OPENAI_FINISH[scene.finish]}
            ],
            "usage": openai_usage(scene), "service_tier": "default", "system_fingerprint": "fp_1",
        }
    ).encode()  # fmt: skip


def openai_events(scene: Scene, model: str, usage: bool) -> list[bytes]:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1790000000, "model": f"{model}-2026"}
    more = {"usage": None} if usage else {}

    def chunk(delta: dict, finish=None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return f"data: {dumps(head | {'choices': [choice]} | more)}\n\n".encode()

    events = [chunk({"role": "assistant", "content": "", "refusal": None})]
    if scene.thought:
        events += [chunk({"reasoning_content": part}) for part in split(scene.thought)]
    events += [chunk({"content": piece}) for piece in scene.pieces]
    for index, call in enumerate(openai_calls(scene)):
        start = call | {"index": index, "function": call["function"] | {"arguments": ""}}
        events.append(chunk({"tool_calls": [start]}))
        for part in split(call["function"]["arguments"]):
            events.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": part}}]}))
    events.append(chunk({}, OPENAI_FINISH[scene.finish]))
    if usage:
        events.append(f"data: {dumps(head | {'choices': [], 'usage': openai_usage(scene)})}\n\n".encode())
    return events + [b"data: [DONE]\n\n"]


# --- Claude ---

CLAUDE_FINISH = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use", "filter": "refusal"}


def claude_usage(scene: Scene) -> dict:
    return {
        "input_tokens": scene.prompt - scene.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": scene.cached,
        "output_tokens": scene.completion,
        "output_tokens_details": {"thinking_tokens": scene.reasoning},
        "service_tier": "standard",
    }


def claude_blocks(scene: Scene) -> list[dict]:
    blocks: list[dict] = []
    if scene.thought:
        blocks.append({"type": "thinking", "thinking": scene.thought, "signature": "c2lnbmF0dXJl"})
    if scene.text:
        blocks.append({"type": "text", "text": scene.text})
    for index, (name, arguments) in enumerate(scene.calls):
        blocks.append({"type": "tool_use", "id": f"toolu_{index}", "name": name, "input": arguments})
    return blocks


def claude_whole(scene: Scene, model: str) -> bytes:
    return dumps(
        {
            "id": "msg_1", "type": "message", "role": "assistant", "model": f"{model}-2026",
            "content": claude_blocks(scene), "stop_reason": CLAUDE_FINISH[scene.finish], "stop_sequence": None,
            "usage": claude_usage(scene),
        }
    ).encode()  # fmt: skip


def claude_event(name: str, **data) -> bytes:
    return f"event: {name}\ndata: {dumps({'type': name} | data)}\n\n".encode()


def claude_events(scene: Scene, model: str) -> list[bytes]:
    usage = claude_usage(scene)
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": f"{model}-2026", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage | {"output_tokens": 1},
    }  # fmt: skip
    events = [claude_event("message_start", message=message), claude_event("ping")]
    for index, block in enumerate(claude_blocks(scene)):
        match block["type"]:
            case "thinking":
                empty = {"type": "thinking", "thinking": "", "signature": ""}
                deltas = [{"type": "thinking_delta", "thinking": part} for part in split(block["thinking"])]
                deltas.append({"type": "signature_delta", "signature": block["signature"]})
            case "text":
                empty = {"type": "text", "text": ""}
                deltas = [{"type": "text_delta", "text": piece} for piece in scene.pieces]
            case _:
                empty = block | {"input": {}}
                parts = ["", *split(dumps(block["input"]))]
                deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
        events.append(claude_event("content_block_start", index=index, content_block=empty))
        events += [claude_event("content_block_delta", index=index, delta=delta) for delta in deltas]
        events.append(claude_event("content_block_stop", index=index))
    stop = {"stop_reason": CLAUDE_FINISH[scene.finish], "stop_sequence": None}
    events.append(claude_event("message_delta", delta=stop, usage={"output_tokens": scene.completion}))
    return events + [claude_event("message_stop")]


# --- Gemini ---

GEMINI_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "tools": "STOP", "filter": "SAFETY"}


def gemini_usage(scene: Scene) -> dict:
    usage = {
        "promptTokenCount": scene.prompt,
        "candidatesTokenCount": scene.completion - scene.reasoning,
        "cachedContentTokenCount": scene.cached,
        "totalTokenCount": scene.prompt + scene.completion,
    }
    return usage | ({"thoughtsTokenCount": scene.reasoning} if scene.reasoning else {})


def gemini_call(name: str, arguments: dict, index: int) -> dict:
    part: dict = {"functionCall": {"name": name, "args": arguments}}
    return part | ({"thoughtSignature": "Z2VtaW5pLXNpZ25hdHVyZQ=="} if index == 0 else {})


def gemini_object(scene: Scene, model: str, parts: list[dict], finish: str | None) -> dict:
    candidate: dict = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate], "usageMetadata": gemini_usage(scene), "modelVersion": f"{model}-2026",
        "responseId": "response-1",
    }  # fmt: skip


def gemini_calls(scene: Scene) -> list[dict]:
    return [gemini_call(name, arguments, index) for index, (name, arguments) in enumerate(scene.calls)]


def gemini_whole(scene: Scene, model: str) -> bytes:
    parts: list[dict] = [{"text": scene.thought, "thought": True}] if scene.thought else []
    parts += [{"text": scene.text}] if scene.text else []
    return dumps(
        gemini_object(scene, model, parts + gemini_calls(scene), GEMINI_FINISH[scene.finish])
    ).encode()


def gemini_chunks(scene: Scene, model: str) -> list[dict]:
    parts = [{"text": part, "thought": True} for part in split(scene.thought)] if scene.thought else []
    parts += [{"text": piece} for piece in scene.pieces] + gemini_calls(scene)
    last = len(parts) - 1
    return [
        gemini_object(scene, model, [part], GEMINI_FINISH[scene.finish] if index == last else None)
        for index, part in enumerate(parts)
    ]


def gemini_events(scene: Scene, model: str) -> list[bytes]:
    return [f"data: {dumps(chunk)}\r\n\r\n".encode() for chunk in gemini_chunks(scene, model)]


def gemini_array(scene: Scene, model: str) -> list[bytes]:
    chunks = [dumps(chunk).encode() for chunk in gemini_chunks(scene, model)]
    return [(b"[" if index == 0 else b",\r\n") + chunk for index, chunk in enumerate(chunks)] + [b"]"]


# --- Errors ---

#: Status → what each dialect calls it (protocol: http §1.5, §2.5, §3.5).
NAMES = {
    400: ("invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
    401: ("authentication_error", "authentication_error", "UNAUTHENTICATED"),
    403: ("permission_error", "permission_error", "PERMISSION_DENIED"),
    404: ("invalid_request_error", "not_found_error", "NOT_FOUND"),
    413: ("invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
    429: ("rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"),
    500: ("server_error", "api_error", "INTERNAL"),
    503: ("service_unavailable", "overloaded_error", "UNAVAILABLE"),
    504: ("timeout", "timeout_error", "DEADLINE_EXCEEDED"),
}


def error_body(dialect: str, status: int, message: str) -> dict:
    names = NAMES[status]
    match dialect:
        case "openai":
            return {"error": {"message": message, "type": names[0], "param": None, "code": None}}
        case "claude":
            return {"type": "error", "error": {"type": names[1], "message": message}, "request_id": "req_upstream"}
        case _:
            error: dict = {"code": status, "message": message, "status": names[2]}
            if status == 429:
                retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}
                error["details"] = [retry]
            return {"error": error}


def error_event(dialect: str, message: str) -> bytes:
    body = dumps(error_body(dialect, 503, message))
    return f"{'event: error' + chr(10) if dialect == 'claude' else ''}data: {body}\n\n".encode()
