"""The far side: listening sockets on which a test plays the provider by hand."""

import contextlib
import socket
import ssl

from certificates import Certificates
from frames import Frame
from lines import PATIENCE, Leg, Line, Response, accept_key

SSE_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
JSON_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def listening(address: str = "127.0.0.1", port: int = 0, backlog: int = 1024) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((address, port))
    sock.listen(backlog)
    return sock


def filled(listener: socket.socket) -> list[socket.socket]:
    """Fills the queue of a listener that never accepts, after which the kernel drops every SYN to it."""
    clients = []
    while len(clients) < 16:
        client = socket.socket(listener.family, socket.SOCK_STREAM)
        client.settimeout(0.3)
        clients.append(client)
        try:
            client.connect(listener.getsockname()[:2])
        except TimeoutError:
            return clients
    raise RuntimeError("the queue of a listener does not fill up")


class Upstream:
    """Accepts what the relay dials, in plain and with TLS, and gives each connection to the test."""

    def __init__(self, certificates: Certificates):
        self.tls = server_context(certificates)
        self._listener, self._secure = listening(), listening()
        self.port, self.secure_port = self._listener.getsockname()[1], self._secure.getsockname()[1]
        self._kept: list[socket.socket] = []
        self._lines: list[Line] = []
        black_hole = listening(backlog=0)
        self._kept += [black_hole, *filled(black_hole)]
        self.black_hole_port = black_hole.getsockname()[1]
        self.has_ipv6 = self._half_dark()

    def _half_dark(self) -> bool:
        """A port that is served on 127.0.0.1 and swallows every SYN on ::1."""
        self._lit = listening()
        self.half_dark_port = self._lit.getsockname()[1]
        try:
            dark = listening("::1", self.half_dark_port, backlog=0)
        except OSError:
            return False
        self._kept += [dark, *filled(dark)]
        return True

    # Connections

    def _accept(self, listener: socket.socket, seconds: float) -> socket.socket:
        listener.settimeout(seconds)
        connection, _ = listener.accept()
        return connection

    def keep(self, line: Line) -> Line:
        self._lines.append(line)
        return line

    def accept(self, seconds: float = PATIENCE) -> Line:
        return self.keep(Line(self._accept(self._listener, seconds)))

    def accept_lit(self) -> Line:
        return self.keep(Line(self._accept(self._lit, PATIENCE)))

    def accept_raw(self, seconds: float = PATIENCE) -> Line:
        """A connection to the port for TLS, before its handshake."""
        return self.keep(Line(self._accept(self._secure, seconds)))

    def accept_secure(self, context: ssl.SSLContext | None = None, seconds: float = PATIENCE) -> Line:
        """A connection with TLS; raises what the handshake raises."""
        sock = self._accept(self._secure, seconds)
        sock.settimeout(PATIENCE)
        try:
            return self.keep(Line((context or self.tls).wrap_socket(sock, server_side=True)))
        except BaseException:
            sock.close()
            raise

    def accept_for(self, model: str) -> Line:
        return self.accept_secure() if model in ("secure", "secure-hasty", "by-address") else self.accept()

    def was_not_dialled(self) -> bool:
        """Whether nobody waits to be accepted."""
        for listener in (self._listener, self._secure):
            with contextlib.suppress(TimeoutError, BlockingIOError):
                self._accept(listener, 0).close()
                return False
        return True

    def close_all(self) -> None:
        """Ends every connection, those included that were not accepted yet."""
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.close()
        self._lines.clear()
        for listener in (self._listener, self._secure, self._lit):
            with contextlib.suppress(TimeoutError, BlockingIOError):
                while True:
                    self._accept(listener, 0).close()

    def close(self) -> None:
        self.close_all()
        for sock in (*self._kept, self._listener, self._secure, self._lit):
            sock.close()


def server_context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.private_key)
    return context


def switching(request: Response, *extra: str) -> str:
    """The 101 that answers a handshake."""
    fields = [
        "HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: Upgrade",
        f"sec-websocket-accept: {accept_key(request['sec-websocket-key'])}", *extra,
    ]  # fmt: skip
    return "\r\n".join(fields) + "\r\n\r\n"


def answer_handshake(line: Line, *extra: str) -> Leg:
    line.send(switching(line.request(), *extra))
    return Leg(line, masks=False)


def answered(status: str, body: bytes = b"", *fields: str) -> bytes:
    """A whole response."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *fields, f"content-length: {len(body)}"])
    return (head + "\r\n\r\n").encode() + body


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


__all__ = ["Frame", "Upstream", "answer_handshake", "answered", "chunk", "server_context", "switching"]
