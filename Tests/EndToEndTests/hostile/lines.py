"""One end of a connection, driven by hand: bytes out as they are given, bytes in as they come, every wait bounded."""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import time
from dataclasses import dataclass, field

import frames
from frames import CLOSE, PING, PONG, Frame

#: How long anything that must happen may take, on a machine that is busy with other things.
PATIENCE = 20.0
WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Ended(Exception):
    """The other side ended the connection before what was waited for had come."""


@dataclass
class Head:
    """A start line and its fields, as they came."""

    start: str
    pairs: list[tuple[str, str]]

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1])

    @property
    def target(self) -> str:
        return self.start.split(" ")[1]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key.lower() == name]

    def __getitem__(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)

    @property
    def text(self) -> str:
        return "\n".join([self.start, *(f"{name}: {value}" for name, value in self.pairs)])


@dataclass
class Response(Head):
    body: bytes = b""
    interim: list[Head] = field(default_factory=list)

    @property
    def error(self) -> dict:
        return json.loads(self.body)["error"]


class Line:
    """A socket, with or without TLS."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.buffer = bytearray()
        self.has_ended = False
        sock.settimeout(PATIENCE)

    # Writing

    def send(self, data: bytes | str) -> None:
        self.sock.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def send_what_goes(self, data: bytes, seconds: float = PATIENCE) -> int:
        """Sends until the other side takes no more for some time, or is gone; how much went."""
        self.sock.settimeout(seconds)
        view, sent = memoryview(data), 0
        try:
            while sent < len(view):
                sent += self.sock.send(view[sent : sent + 65536])
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
        self.sock.settimeout(PATIENCE)
        return sent

    def drip(self, data: bytes, size: int = 1) -> None:
        for start in range(0, len(data), size):
            self.send(data[start : start + size])

    # Reading

    def more(self, seconds: float = PATIENCE) -> bool:
        """Reads once; false when the other side has ended. Raises TimeoutError when nothing comes."""
        if self.has_ended:
            return False
        self.sock.settimeout(seconds)
        try:
            piece = self.sock.recv(65536)
        except (ConnectionError, ssl.SSLError) as error:
            if isinstance(error, ssl.SSLWantReadError):
                raise TimeoutError from error
            piece = b""
        finally:
            self.sock.settimeout(PATIENCE)
        self.buffer += piece
        self.has_ended = not piece
        return not self.has_ended

    def exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if not self.more():
                raise Ended(f"{len(self.buffer)} of {count} bytes came: {bytes(self.buffer[:200])!r}")
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def until(self, mark: bytes) -> bytes:
        """Reads up to and with a mark."""
        while (position := self.buffer.find(mark)) < 0:
            if not self.more():
                raise Ended(f"no {mark!r} in {bytes(self.buffer[:300])!r}")
        return self.exactly(position + len(mark))

    def head(self) -> Head:
        start, *rest = self.until(b"\r\n\r\n")[:-4].decode("latin-1").split("\r\n")
        return Head(start, [(name, value.strip()) for name, _, value in (line.partition(":") for line in rest)])

    def body(self, head: Head) -> bytes:
        if head["transfer-encoding"] == "chunked":
            whole = b""
            while size := int(self.until(b"\r\n"), 16):
                whole += self.exactly(size)
                assert self.exactly(2) == b"\r\n"
            assert self.until(b"\r\n") == b"\r\n"
            return whole
        if (length := head["content-length"]) is not None:
            return self.exactly(int(length))
        if head.start.startswith("HTTP/"):
            return self.to_the_end()
        return b""

    def response(self) -> Response:
        interim = []
        while (head := self.head()).status in range(100, 200) and head.status != 101:
            interim.append(head)
        body = b"" if head.status in (101, 204, 304) else self.body(head)
        return Response(head.start, head.pairs, body, interim)

    def request(self) -> Response:
        """A request's head with its body."""
        head = self.head()
        return Response(head.start, head.pairs, self.body(head))

    def to_the_end(self, seconds: float = PATIENCE) -> bytes:
        """What still comes until the other side ends the connection, which it must."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            assert left > 0, f"not ended after {seconds} s; the last bytes: {bytes(self.buffer[-200:])!r}"
            try:
                if not self.more(left):
                    break
            except TimeoutError:
                continue
        rest = bytes(self.buffer)
        self.buffer.clear()
        return rest

    def is_quiet(self, seconds: float) -> bool:
        """Whether neither bytes nor an end come for some time."""
        if self.buffer or self.has_ended:
            return False
        try:
            self.more(seconds)
        except TimeoutError:
            return True
        return False

    # Ending

    def end_writing(self) -> None:
        """A FIN, without the other half of the connection."""
        self.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.sock.close()

    def close_raw(self) -> None:
        """A FIN without a close_notify before it, where there is TLS."""
        os.close(self.sock.detach())

    def reset(self) -> None:
        """An RST."""
        descriptor = self.sock.detach()
        plain = socket.socket(fileno=descriptor)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        plain.close()


class Leg:
    """One end of a WebSocket after its handshake; `masks` where we play the client."""

    def __init__(self, line: Line, *, masks: bool):
        self.line = line
        self.masks = masks

    def frame(self, opcode: int, payload: bytes | str = b"", **options) -> bytes:
        data = payload.encode() if isinstance(payload, str) else payload
        return frames.frame(opcode, data, **({"mask": self.masks} | options))

    def send(self, opcode: int, payload: bytes | str = b"", **options) -> None:
        self.line.send(self.frame(opcode, payload, **options))

    def close(self, code: int | None = 1000, reason: bytes = b"") -> None:
        self.send(CLOSE, b"" if code is None else frames.close_payload(code, reason))

    def next(self) -> Frame:
        """The next frame, whatever it is."""
        while (found := frames.parse(self.line.buffer)) is None:
            if not self.line.more():
                raise Ended(f"no frame; what came last: {bytes(self.line.buffer[:200])!r}")
        taken, length = found
        del self.line.buffer[:length]
        return taken

    def data(self) -> Frame:
        """The next frame that is no ping or pong; pings are answered."""
        while (taken := self.next()).opcode in (PING, PONG):
            if taken.opcode == PING:
                self.send(PONG, taken.payload)
        return taken

    def message(self) -> tuple[int, bytes]:
        """The next message, its fragments joined."""
        first = self.data()
        assert first.opcode in (frames.TEXT, frames.BINARY), first
        payload, last = first.payload, first
        while not last.fin:
            last = self.data()
            assert last.opcode == frames.CONTINUATION, last
            payload += last.payload
        return first.opcode, payload

    def event(self) -> dict:
        """The next message, which is a JSON event."""
        opcode, payload = self.message()
        assert opcode == frames.TEXT
        return json.loads(payload)

    def closed(self) -> Frame:
        """Reads on to the Close frame."""
        while (taken := self.next()).opcode != CLOSE:
            pass
        return taken

    def is_closed_with(self, code: int) -> Frame:
        """Reads on to the Close frame, which carries this code, and to the end of the connection, which follows."""
        taken = self.closed()
        assert taken.code == code, (taken.code, taken.payload)
        assert taken.fin and not taken.rsv and (taken.key is None) == self.masks
        self.line.to_the_end()
        return taken


def accept_key(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + WEBSOCKET_GUID).encode()).digest()).decode()
