"""A relay with an upstream behind it, and the moves that tests are made of."""

import base64
import json
import os
import socket
import ssl
import time

from certificates import Certificates
from frames import PONG
from lines import PATIENCE, Ended, Leg, Line, Response
from processes import eventually
from relays import STALLED_MILLISECONDS, HostileRelay
from upstream import Upstream, answer_handshake, answered

#: Bytes by which memory may have grown after something that must not cost any (allocators keep some).
SLACK = 12 * 1024 * 1024
SETTLE_SECONDS = 20
FLOOD_BYTES = 100 * 1024 * 1024


class Stage:
    def __init__(self, relay: HostileRelay, upstream: Upstream, certificates: Certificates):
        self.relay = relay
        self.upstream = upstream
        self.certificates = certificates
        self.tls = certificates.client_context()
        self.key = relay.key.text
        self._lines: list[Line] = []
        for transport in ("plain", "tls"):
            for model in ("plain", "secure"):
                self.serves(transport, model)
        self.leave()
        self.baseline = self._settled_descriptors()

    # Clients

    def dial(self, transport: str = "plain", receive_buffer: int | None = None) -> Line:
        """A connection of a client, which has said nothing yet."""
        sock = socket.socket()
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", self.relay.port("http" if transport == "plain" else "https")))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(sock if transport == "plain" else self.tls.wrap_socket(sock, server_hostname="localhost"))
        self._lines.append(line)
        return line

    def ask(self, request: str | bytes, transport: str = "plain") -> Response:
        """Sends a request as it is, over a connection of its own."""
        line = self.dial(transport)
        line.send(request)
        return line.response()

    def refused(self, request: str | bytes, status: int, code: str | None = None, transport: str = "plain") -> Response:
        """Sends something that must be refused with this status, in our shape, and end the connection."""
        line = self.dial(transport)
        line.send_what_goes(request.encode("latin-1") if isinstance(request, str) else request)
        return self.is_refused(line, status, code)

    def is_refused(self, line: Line, status: int, code: str | None = None, *, ends: bool = True) -> Response:
        response = line.response()
        assert response.status == status, (response.text, response.body)
        assert response["content-type"] == "application/json"
        error = response.error
        assert code is None or error["code"] == code, error
        assert {"message", "type", "param", "code"} <= error.keys()
        assert response["x-request-id"] and response["x-request-id"] == response["request-id"]
        if ends:
            assert line.to_the_end() == b"", "something follows the refusal"
            # Another request on the same connection would be answered by whoever reads it next.
            assert response["connection"] == "close"
        # Each refusal is one line in the log, with a reason.
        assert self.relay.logs("refused", request_id=response["x-request-id"])["reason"] == error["code"]
        return response

    def upgrade(
        self,
        model: str | None = "plain",
        *extra: str,
        key: str | None = "",
        without: tuple[str, ...] = (),
        start: str | None = None,
        query: str = "",
    ) -> str:
        """A handshake; `key` defaults to the right one, None leaves it out."""
        key = self.key if key == "" else key
        fields = {
            "Host": "relay.example",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
        } | ({"Authorization": f"Bearer {key}"} if key else {})
        target = f"/v1/realtime?model={model}{query}" if model else "/v1/realtime"
        lines = [start or f"GET {target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in fields.items() if name.lower() not in without]
        return "\r\n".join([*lines, *extra]) + "\r\n\r\n"

    def session(
        self,
        transport: str = "plain",
        model: str = "plain",
        *extra: str,
        receive_buffer: int | None = None,
        upstream_extra: tuple[str, ...] = (),
    ) -> tuple[Leg, Leg]:
        """A realtime session: the client's end and the upstream's."""
        line = self.dial(transport, receive_buffer)
        line.send(self.upgrade(model, *extra))
        upstream = answer_handshake(self.upstream.accept_for(model), *upstream_extra)
        response = line.response()
        assert response.status == 101, (response.text, response.body)
        return Leg(line, masks=True), upstream

    def chat_body(self, model: str = "plain", stream: bool = False, text: str = "hello") -> bytes:
        message = {"model": model, "messages": [{"role": "user", "content": text}]}
        return json.dumps(message | ({"stream": True} if stream else {})).encode()

    def chat(self, body: bytes, *extra: str, key: str | None = "", path: str = "/v1/chat/completions") -> bytes:
        """A chat request."""
        key = self.key if key == "" else key
        lines = [
            f"POST {path} HTTP/1.1", "Host: relay.example", "Content-Type: application/json",
            *([f"Authorization: Bearer {key}"] if key else []), *extra,
        ]  # fmt: skip
        if not any(field.lower().startswith(("content-length", "transfer-encoding")) for field in extra):
            lines.append(f"Content-Length: {len(body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    def streaming(self, model: str = "plain", transport: str = "plain", **options) -> tuple[Line, Line]:
        """A chat request that asks for a stream, as far as the upstream's having read it."""
        line = self.dial(transport, **options)
        line.send(self.chat(self.chat_body(model, stream=True)))
        upstream = self.upstream.accept_for(model)
        upstream.request()
        return line, upstream

    def cuts_who_takes_nothing(self, sender: Leg, staller: Leg, frame: bytes, **ended: str) -> None:
        """A flood to someone who does not read ends the session, and no more of it is taken than the buffers hold.

        The one who reads nothing speaks all the while, so that it is not for silence that it is cut.
        """
        flood = memoryview(frame * (FLOOD_BYTES // len(frame)))
        self.relay.forget_peak()
        before = self.relay.memory
        deadline = time.monotonic() + PATIENCE
        with self.relay.tells("session ended", **ended) as is_cut:
            began = time.monotonic()
            sent = sender.line.send_what_goes(flood, 0.5)
            # Who is cut is read to the end, so that nothing is said by what went when the machine paused for so long.
            if time.monotonic() - began < STALLED_MILLISECONDS / 1000:
                assert sent < len(flood) // 2, "the flood was taken although nobody reads it"
            # A pause may have been the machine's.
            while not is_cut() and time.monotonic() < deadline:
                staller.line.send_what_goes(staller.frame(PONG))
                sent += sender.line.send_what_goes(flood[sent:], 0.2)
                time.sleep(0.02)
        assert self.relay.peak_memory - before < SLACK

    # What must be so after everything

    def serves(self, transport: str = "plain", model: str = "plain") -> None:
        """The next client is served: its health check, a message each way through a session, a chat request."""
        line = self.dial(transport)
        line.send("GET /healthz HTTP/1.1\r\nHost: relay.example\r\n\r\n")
        assert line.response().status == 200
        line.close()
        client, upstream = self.session(transport, model)
        client.send(1, "to the upstream")
        assert upstream.message() == (1, b"to the upstream")
        upstream.send(2, b"to the client")
        assert client.message() == (2, b"to the client")
        client.close()
        upstream.closed()
        upstream.close()
        client.closed()
        for leg in (client, upstream):
            leg.line.close()
        self.answers(transport, model)

    def answers(self, transport: str = "plain", model: str = "plain") -> None:
        """A chat request is answered."""
        line = self.dial(transport)
        line.send(self.chat(self.chat_body(model)))
        upstream = self.upstream.accept_for(model)
        upstream.request()
        upstream.send(answered("200 OK", b'{"ok":true}', "content-type: application/json", "connection: close"))
        assert line.response().body == b'{"ok":true}'
        upstream.close()
        line.close()

    def leave(self) -> None:
        """Ends what the test left open."""
        self.upstream.close_all()
        for line in self._lines:
            try:
                line.close()
            except (OSError, ssl.SSLError):
                pass
        self._lines.clear()

    def is_well(self) -> None:
        """The process lives, serves, and has given back what it held."""
        assert self.relay.is_running, "the relay died:\n" + self.relay.output[-4000:]
        self.leave()
        self.relay.forget_keys()
        self.serves()
        self.leave()
        eventually(
            lambda: self.relay.open_ends <= self.baseline,
            SETTLE_SECONDS,
            f"{self.relay.open_ends} descriptors are open, {self.baseline} were before",
        )

    def _settled_descriptors(self) -> int:
        """The number of descriptors once it stays the same for a moment."""
        last, since = self.relay.open_ends, time.monotonic()
        while time.monotonic() - since < 0.3:
            time.sleep(0.02)
            if (now := self.relay.open_ends) != last:
                last, since = now, time.monotonic()
        return last


__all__ = ["Ended", "Leg", "Line", "Stage"]
