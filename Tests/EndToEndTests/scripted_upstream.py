"""An OpenAI-like upstream that does as a test tells it, and writes down who asked with which key."""

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
CHUNK = b'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n'
ACCEPT_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Asked:
    """One request."""

    upstream: "ScriptedUpstream"
    connection: socket.socket
    key: str
    is_session: bool
    fields: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    #: When the relay let go of it, in a script that waits for that.
    gone_at: float | None = None

    def answer(self, status: int, body: dict | None = None, **fields: str) -> None:
        content = json.dumps(body if body is not None else error(status)).encode()
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        self.connection.sendall(
            f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}"
            f"content-length: {len(content)}\r\n\r\n".encode() + content
        )

    def serve(self) -> None:
        """A good answer; a session stays open until the relay ends it."""
        if not self.is_session:
            return self.answer(200, ANSWER)
        digest = hashlib.sha1(self.fields["sec-websocket-key"].encode() + ACCEPT_SUFFIX).digest()
        self.connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
            b"sec-websocket-accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )
        self.wait_until_gone()

    def begin_stream(self) -> None:
        self.connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            + f"{len(CHUNK):x}\r\n".encode() + CHUNK + b"\r\n"
        )

    def wait_until_gone(self) -> None:
        """Says nothing more until the relay lets go."""
        try:
            while self.connection.recv(65536):
                pass
        except OSError:
            pass
        self.gone_at = time.monotonic()


def error(status: int) -> dict:
    return {"error": {"message": f"scripted {status}", "type": "scripted", "param": None, "code": "scripted"}}


Script = Callable[[Asked], None]


class ScriptedUpstream:
    """Serves on a free port; `script` may be replaced at any time."""

    def __init__(self, script: Script = Asked.serve):
        self.script = script
        self.asked: list[Asked] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def keys(self) -> list[str]:
        """The keys that were shown, oldest first."""
        return [asked.key for asked in self.asked]

    def close(self) -> None:
        self._listener.close()
        for connection in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        buffer = b""
        try:
            while True:
                while b"\r\n\r\n" not in buffer:
                    if not (piece := connection.recv(65536)):
                        return
                    buffer += piece
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                fields = {}
                for line in head.decode().split("\r\n")[1:]:
                    name, _, value = line.partition(":")
                    fields[name.lower()] = value.strip()
                length = int(fields.get("content-length", "0"))
                while len(buffer) < length:
                    if not (piece := connection.recv(65536)):
                        return
                    buffer += piece
                buffer = buffer[length:]
                key = fields.get("authorization", "").removeprefix("Bearer ")
                asked = Asked(self, connection, key, "upgrade" in fields, fields)
                self.asked.append(asked)
                self.script(asked)
        except OSError:
            pass
        finally:
            connection.close()
