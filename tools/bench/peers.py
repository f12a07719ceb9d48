"""Relays under test: how each is configured as a WebSocket tunnel and HTTP proxy, started, found among processes, and stopped.

All listen on loopback, forward to the load generator's upstream port, and run one worker on one core. Each is started
anew for every measurement, so that none carries memory over from the one before.
"""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from cells import Cell, ExchangeCell


#: How long a relay may take to listen; under valgrind, on a machine that does other work, tens of seconds.
START_SECONDS = 60


class PeerFailure(Exception):
    """A relay that cannot be had or does not start."""


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connection_limit() -> int:
    """Clients that the descriptors of one process suffice for, two for each and some for itself."""
    return min((resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 200) // 2, 28_000)


class Certificates:
    """An authority and the upstream's certificate, made for this run."""

    def __init__(self, directory: Path):
        self.authority = directory / "authority.pem"
        self.certificate = directory / "upstream.pem"
        self.key = directory / "upstream.key"
        authority_key = directory / "authority.key"
        request = directory / "upstream.csr"
        extensions = directory / "upstream.ext"
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._openssl("req", "-x509", "-days", "30", "-subj", "/CN=bench authority", *new_key,
                      "-addext", "basicConstraints=critical,CA:TRUE",
                      "-keyout", str(authority_key), "-out", str(self.authority))
        self._openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", str(self.key), "-out", str(request))
        self._openssl("x509", "-req", "-in", str(request), "-days", "30", "-CA", str(self.authority),
                      "-CAkey", str(authority_key), "-CAcreateserial", "-extfile", str(extensions),
                      "-out", str(self.certificate))

    @staticmethod
    def _openssl(*arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PeerFailure(f"openssl {arguments[0]}: {done.stderr.strip()}")


class Peer:
    """A relay that can be started as a tunnel to the load generator."""

    name = ""
    path = "/v1/realtime?model=bench"
    #: Whether it can be told to trust the authority made for the run.
    verifies_upstream = True

    def __init__(self, directory: Path, certificates: Certificates, prefix: list[str]):
        self.directory = directory / self.name
        self.directory.mkdir(exist_ok=True)
        self.certificates = certificates
        self.prefix = prefix
        self.port = 0
        self.process: subprocess.Popen | None = None
        self.log = self.directory / "log"

    def can_relay(self, cell: Cell | ExchangeCell) -> bool:
        """Whether it can do what the cell asks: most know no dialects."""
        return (self.verifies_upstream or not cell.tls) and getattr(cell, "dialect", "openai") == "openai"

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        """Writes the configuration and returns what to run; `self.port` is where to listen."""
        raise NotImplementedError

    def version(self) -> str:
        raise NotImplementedError

    def headers(self) -> list[str]:
        """Lines that the clients' upgrade requests need."""
        return []

    def bench_arguments(self, upstream: int, cell: Cell | ExchangeCell) -> list[str]:
        """What the load generator is told so that it plays both ends around this relay."""
        arguments = ["--relay", f"127.0.0.1:{self.port}", "--upstream", f"127.0.0.1:{upstream}"]
        if isinstance(cell, Cell):
            arguments += ["--path", self.path]
        for header in self.headers():
            arguments += ["--header", header]
        if cell.tls:
            arguments += ["--certificate", str(self.certificates.certificate),
                          "--private-key", str(self.certificates.key)]
        return arguments

    def start(self, upstream: int, cell: Cell | ExchangeCell) -> list[int]:
        """Starts it and returns the processes whose time and memory count."""
        self.port = free_port()
        command = self.command(upstream, cell.tls, getattr(cell, "dialect", "openai"))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory
            )
        self._await_listening()
        return self.workers(self.process.pid)

    def workers(self, pid: int) -> list[int]:
        return [pid]

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _await_listening(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise PeerFailure(f"{self.name} does not listen on port {self.port}:\n{self.log.read_text()[-2000:]}")


class Longwire(Peer):
    """Longwire with everything on: a key is checked, events are looked at, limits hold, what is used is written down."""

    name = "longwire"

    def __init__(self, directory: Path, certificates: Certificates, prefix: list[str], binary: Path):
        super().__init__(directory, certificates, prefix)
        self.binary = binary
        self.key: str | None = None

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        configuration = self.directory / "longwire.yaml"
        trust = f"\n    tls: {{ ca_file: {self.certificates.authority} }}" if tls else ""
        configuration.write_text(f"""\
listen:
  - address: 127.0.0.1:{self.port}
store: sqlite:longwire.sqlite
upstreams:
  - name: bench
    dialect: {dialect}
    base_url: {"https" if tls else "http"}://127.0.0.1:{upstream}/v1
    api_keys: ["bench"]{trust}
models:
  - id: bench
    routes:
      - {{ upstream: bench, model: bench }}
    pricing: {{ input: 0.001, output: 0.002 }}
    limits: {{ rpm: 1000000000, tpm: 1000000000 }}
""")
        if self.key is None:
            self.key = self._create_key(configuration)
        return [str(self.binary), "serve", "--config", str(configuration), "--loops", "1"]

    def _create_key(self, configuration: Path) -> str:
        command = [str(self.binary), "keys", "create", "--config", str(configuration), "--name", "bench", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.directory)
        if done.returncode != 0:
            raise PeerFailure(f"longwire keys create: {done.stderr.strip()}")
        return json.loads(done.stdout)["key"]

    def can_relay(self, cell: Cell | ExchangeCell) -> bool:
        return True

    def headers(self) -> list[str]:
        return [f"Authorization: Bearer {self.key}"]

    def version(self) -> str:
        done = subprocess.run([str(self.binary), "--version"], capture_output=True, text=True, check=False)
        return f"longwire {done.stdout.strip()}"


class Nginx(Peer):
    """nginx with the 64 KiB buffers at which it is at its best; HTTP answers pass unbuffered, as streams need it."""

    name = "nginx"
    packages = ["nginx-light"]

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        secure = f"""
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate {self.certificates.authority};
      proxy_ssl_name localhost;
      proxy_ssl_server_name on;
      proxy_ssl_protocols TLSv1.3;
      proxy_ssl_session_reuse on;""" if tls else ""
        temporary = "\n".join(
            f"  {kind}_temp_path {self.directory}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration = self.directory / "nginx.conf"
        configuration.write_text(f"""\
{"user root;" if os.geteuid() == 0 else ""}
daemon off;
worker_processes 1;
pid {self.directory}/nginx.pid;
error_log {self.directory}/error.log;
events {{ worker_connections {2 * connection_limit()}; }}
http {{
  access_log off;
{temporary}
  upstream chat {{
    server 127.0.0.1:{upstream};
    keepalive 256;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    keepalive_requests 1000000000;
    location /v1/chat/ {{
      proxy_pass http://chat;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_buffer_size 64k;
      proxy_buffers 8 64k;
      proxy_busy_buffers_size 128k;
    }}
    location / {{
      proxy_pass {"https" if tls else "http"}://127.0.0.1:{upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host;
      proxy_buffer_size 64k;
      proxy_buffers 8 64k;
      proxy_busy_buffers_size 128k;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;{secure}
    }}
  }}
}}
""")
        return ["nginx", "-p", str(self.directory), "-c", str(configuration), "-e", str(self.directory / "error.log")]

    def workers(self, pid: int) -> list[int]:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if children:
                return [int(child) for child in children]
            time.sleep(0.02)
        raise PeerFailure("nginx has no worker")

    def version(self) -> str:
        done = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=False)
        return done.stderr.strip().removeprefix("nginx version: ")


class HAProxy(Peer):
    """HAProxy as a tunnel behind its HTTP front, one thread."""

    name = "haproxy"
    packages = ["haproxy"]

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        secure = (
            f" ssl verify required ca-file {self.certificates.authority} sni str(localhost) verifyhost localhost"
            " ssl-min-ver TLSv1.3" if tls else ""
        )
        configuration = self.directory / "haproxy.cfg"
        configuration.write_text(f"""\
global
  nbthread 1
  maxconn {connection_limit()}
defaults
  mode http
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
frontend clients
  bind 127.0.0.1:{self.port} backlog 4096
  default_backend upstream
backend upstream
  server upstream 127.0.0.1:{upstream}{secure}
""")
        return ["haproxy", "-db", "-f", str(configuration)]

    def version(self) -> str:
        done = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=False)
        return (done.stdout.splitlines() or ["haproxy"])[0]


def install(peers: list[type[Peer]]) -> None:
    """Installs what is missing of the peers that are Debian packages."""
    missing = [name for peer in peers if shutil.which(peer.name) is None for name in getattr(peer, "packages", [])]
    if not missing:
        return
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run([*prefix, "apt-get", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PeerFailure(f"apt-get {arguments[0]}: {(done.stderr or done.stdout).strip()[-2000:]}")
