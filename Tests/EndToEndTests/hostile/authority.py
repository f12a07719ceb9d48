"""Certificates that are wrong in one way each, and TLS whose bytes are held in the hand."""

import ssl
from pathlib import Path

from certificates import Certificates, openssl
from lines import Head, Line

#: Subject alternative names, in the words of x509v3_config(5).
LOCALHOST = "DNS:localhost, IP:127.0.0.1"
#: A DNS name `localhost` NUL `.evil.`, which C strings end too early.
WITH_NUL = "DER:30:12:82:10:6c:6f:63:61:6c:68:6f:73:74:00:2e:65:76:69:6c:2e"


class Authority:
    """Issues server certificates in the name of the run's authority, or of another."""

    def __init__(self, directory: Path, certificates: Certificates):
        self.directory = directory
        self.ca = certificates.ca_file
        self.ca_key = certificates.ca_file.with_name("ca.key")
        self.number = 0

    def key(self) -> list[str]:
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    def self_signed(self) -> Certificates:
        openssl(
            self.directory, "req", "-x509", *self.key(), "-keyout", "self.key", "-out", "self.pem", "-days", "2",
            "-subj", "/CN=localhost", "-addext", f"subjectAltName={LOCALHOST}",
        )  # fmt: skip
        return self._made("self")

    def issue(
        self,
        names: str | None = LOCALHOST,
        *,
        days: int = 2,
        subject: str = "/CN=localhost",
        purpose: str = "serverAuth",
    ) -> Certificates:
        self.number += 1
        name = f"server-{self.number}"
        openssl(self.directory, "req", *self.key(), "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        extensions = f"basicConstraints = CA:FALSE\nextendedKeyUsage = {purpose}\n"
        (self.directory / f"{name}.ext").write_text(extensions + (f"subjectAltName = {names}\n" if names else ""))
        openssl(
            self.directory, "x509", "-req", "-in", f"{name}.csr", "-CA", str(self.ca), "-CAkey", str(self.ca_key),
            "-CAcreateserial", "-out", f"{name}.pem", "-days", str(days), "-extfile", f"{name}.ext",
        )  # fmt: skip
        return self._made(name)

    def with_long_chain(self) -> Certificates:
        """More than 100 KiB of certificates."""
        made = self.issue()
        padding = made.certificate.read_text() + self.ca.read_text() * 300
        long = self.directory / "long.pem"
        long.write_text(padding)
        return Certificates(self.ca, long, made.private_key)

    def _made(self, name: str) -> Certificates:
        return Certificates(self.ca, self.directory / f"{name}.pem", self.directory / f"{name}.key")


class HandTLS:
    """The server's side of TLS over a bare connection; what is sent is handed out before it goes."""

    def __init__(self, line: Line, context: ssl.SSLContext):
        self.line = line
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def _take_in(self) -> None:
        if not self.line.buffer and not self.line.more():
            self.incoming.write_eof()
        self.incoming.write(bytes(self.line.buffer))
        self.line.buffer.clear()

    def handshake(self, *, piece: int | None = None) -> None:
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush(piece)
                self._take_in()
        self.flush(piece)

    def flush(self, piece: int | None = None) -> None:
        data = self.outgoing.read()
        self.line.drip(data, piece or len(data) or 1)

    def read_request(self) -> Head:
        """A request's head; its body is read, so that a close of ours is a FIN and no RST."""
        text = b""
        while not text.endswith(b"\r\n\r\n"):
            text += self.read(1)
        start, *fields = text.decode("latin-1").rstrip("\r\n").split("\r\n")
        head = Head(start, [(name, value.strip()) for name, _, value in (field.partition(":") for field in fields)])
        left = int(head["content-length"] or 0)
        while left:
            left -= len(self.read(left))
        return head

    def read(self, count: int) -> bytes:
        while True:
            try:
                return self.tls.read(count)
            except ssl.SSLWantReadError:
                self._take_in()

    def sealed(self, data: bytes) -> bytes:
        """The records of this data, not yet sent."""
        self.tls.write(data)
        return self.outgoing.read()

    def farewell(self) -> bytes:
        """A close_notify, not yet sent."""
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass  # Whatever the other side still has to say.
        return self.outgoing.read()
