"""A provider with a chat model, an ear and a voice: what is asked is written down, what is answered says what was asked."""

import io
import json
import re
import threading
import time
import wave
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: What the relay shows the provider; clients may never see it.
UPSTREAM_KEY = "upstream-secret-voices"
#: Bytes of speech per letter: 20 ms of PCM16 at 24 kHz.
PER_LETTER = 960
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def sound(text: str) -> bytes:
    """Speech from which the text can be told again: every letter is a tone of its own."""
    return b"".join(bytes([ord(letter) & 0x7F, 0]) * (PER_LETTER // 2) for letter in text)


def letters(audio: bytes) -> str:
    """What was spoken, out of its sound."""
    return "".join(chr(audio[index]) for index in range(0, len(audio), PER_LETTER))


@dataclass
class Heard:
    """A file that was to be transcribed."""

    fields: dict[str, str]
    rate: int
    channels: int
    audio: bytes


@dataclass
class Voices:
    """The provider. What it does wrong is set by tests."""

    asked: list[dict] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    spoken: list[dict] = field(default_factory=list)
    #: Seconds before each answer.
    slow_chat: float = 0
    slow_ear: float = 0
    slow_voice: float = 0
    #: Statuses in place of answers.
    deaf: int = 0
    hoarse: int = 0
    #: Connections that the other side cut.
    lost: int = 0

    def __post_init__(self) -> None:
        voices = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                assert self.headers["authorization"] == f"Bearer {UPSTREAM_KEY}"
                try:
                    match self.path:
                        case "/v1/chat/completions":
                            voices.chat(self, json.loads(body))
                        case "/v1/audio/transcriptions":
                            voices.transcribe(self, body)
                        case "/v1/audio/speech":
                            voices.speak(self, json.loads(body))
                except (BrokenPipeError, ConnectionResetError):
                    voices.lost += 1
                    self.close_connection = True

            def begin(self, kind: str, status: int = 200) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()

            def chunk(self, piece: bytes) -> None:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()

            def whole(self, kind: str, body: bytes, status: int = 200) -> None:
                self.begin(kind, status)
                self.chunk(body)
                self.chunk(b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def refuse(self, handler, status: int) -> None:
        error = {"message": "Not today.", "type": "server_error", "code": "unwell"}
        handler.whole("application/json", json.dumps({"error": error}).encode(), status)

    def chat(self, handler, body: dict) -> None:
        """Two sentences about what the user said last."""
        self.asked.append(body)
        last = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "user")
        text = f"You have said {last}. I have heard it well."
        handler.begin("text/event-stream")
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "chat"}
        pieces = re.findall(r"\S+\s*", text)
        for piece in pieces:
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            handler.chunk(f"data: {json.dumps(head | {'choices': [choice]})}\n\n".encode())
            time.sleep(self.slow_chat)
        choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
        handler.chunk(f"data: {json.dumps(head | {'choices': [choice]})}\n\n".encode())
        handler.chunk(f"data: {json.dumps(head | {'choices': [], 'usage': USAGE})}\n\n".encode())
        handler.chunk(b"data: [DONE]\n\n")
        handler.chunk(b"")

    def transcribe(self, handler, body: bytes) -> None:
        """The text is in the file: as in `sound`."""
        boundary = handler.headers["content-type"].split("boundary=")[1].encode()
        fields, file = {}, b""
        for part in body.split(b"--" + boundary)[1:-1]:
            head, _, value = part[2:-2].partition(b"\r\n\r\n")
            name = re.search(rb'name="(\w+)"', head)[1].decode()
            if name == "file":
                file = value
            else:
                fields[name] = value.decode()
        with wave.open(io.BytesIO(file)) as recording:
            audio = recording.readframes(recording.getnframes())
            self.heard.append(Heard(fields, recording.getframerate(), recording.getnchannels(), audio))
        time.sleep(self.slow_ear)
        if self.deaf:
            return self.refuse(handler, self.deaf)
        details = {"text_tokens": 2, "audio_tokens": 12}
        usage = {
            "type": "tokens", "input_tokens": 14, "input_token_details": details, "output_tokens": 3,
            "total_tokens": 17,
        }  # fmt: skip
        handler.whole("application/json", json.dumps({"text": letters(audio), "usage": usage}).encode())

    def speak(self, handler, body: dict) -> None:
        self.spoken.append(body)
        time.sleep(self.slow_voice)
        if self.hoarse:
            return self.refuse(handler, self.hoarse)
        audio = sound(body["input"])
        handler.begin("audio/pcm")
        # Cut where no sample ends.
        for index in range(0, len(audio), 1_001):
            handler.chunk(audio[index : index + 1_001])
            time.sleep(self.slow_voice / 10)
        handler.chunk(b"")
