"""SIGHUP: another configuration for a relay at work, without an end of anything."""

import asyncio
import http.client
import json
import os
import signal
import socket
import ssl
import urllib.request

import pytest
import websockets

from certificates import Certificates, make_certificates
from ledger_file import LedgerFile
from processes import Key, Relay, Simulator, eventually, free_port, local_ports_to
from raw_turns import text_turn
from scrape import Scrape
from terminal import Terminal
from upstream_log import UpstreamLog

RELOADED, REFUSED = "configuration reloaded", "configuration not reloaded; the one from before stays in force"
CONFIGURATION = """\
listen: [{{ address: 127.0.0.1:0 }}]
store: sqlite:longwire.sqlite
{head}upstreams:
  - name: {name}
    dialect: openai
    base_url: https://localhost:{port}/v1
    api_keys: ["{key}"]
    tls: {{ ca_file: {ca}, verify: full }}
models:
{models}{tail}"""
MODEL = """\
  - id: {id}
    routes: [{{ upstream: {upstream}, model: {model} }}]
    capabilities: [realtime, chat]
    pricing: {{ input: {price}, output: {price} }}
"""


def logged(relay: Relay, message: str) -> list[dict]:
    return [event for event in relay.events if event["message"] == message]


def hang_up(relay: Relay, told: str = RELOADED) -> dict:
    """Sends SIGHUP and waits for what comes of it."""
    before = len(logged(relay, told))
    relay.process.send_signal(signal.SIGHUP)
    return eventually(lambda: logged(relay, told)[before:], 20, told)[0]


def chat(relay: Relay, key: Key, model: str, connection: http.client.HTTPConnection | None = None) -> tuple[int, dict]:
    """A question over a connection that stays open, or one of its own."""
    used = connection or http.client.HTTPConnection("127.0.0.1", relay.port("http"), timeout=20)
    body = json.dumps({"model": model, "messages": [{"role": "user", "content": "hello"}]})
    used.request("POST", "/v1/chat/completions", body, {"authorization": f"Bearer {key.text}"})
    answer = used.getresponse()
    status, content = answer.status, json.loads(answer.read())
    if connection is None:
        used.close()
    return status, content


class Play:
    """A relay before the simulator, whose configuration can be said anew."""

    def __init__(self, start, certificates: Certificates, simulator: Simulator):
        self.certificates, self.simulator = certificates, simulator
        self.relay: Relay = start.configured(self.text())
        self.key = self.relay.create_key_by_api()
        self.ledger = LedgerFile(self.relay.directory)

    def text(
        self,
        models: tuple[str, ...] = ("sim-realtime", "sim-chat"),
        price: str = "0.001",
        name: str = "first",
        key: str = "provider-key-one",
        port: int = 0,
        head: str = "",
        tail: str = "",
    ) -> str:
        entries = (MODEL.format(id=id, upstream=name, model=id.removeprefix("new-"), price=price) for id in models)
        return CONFIGURATION.format(
            name=name, port=port or self.simulator.port("https"), key=key, ca=self.certificates.ca_file,
            models="".join(entries), head=head, tail=tail,
        )  # fmt: skip

    def say(self, **changes) -> dict:
        self.relay.config.write_text(self.text(**changes))
        return hang_up(self.relay)

    def session(self, model: str = "sim-realtime"):
        return websockets.connect(
            f"{self.relay.ws}/v1/realtime?model={model}",
            additional_headers={"Authorization": f"Bearer {self.key.text}"},
        )


@pytest.fixture
def play(start, certificates, simulator) -> Play:
    return Play(start, certificates, simulator)


async def test_a_session_outlives_its_model_its_upstream_and_its_price(play: Play):
    async with play.session() as session, play.session("sim-chat") as chatting:
        assert "one" in await text_turn(session, "one")
        event = play.say(models=("new-sim-realtime", "new-sim-chat"), price="0.5", name="second")
        assert (event["models"], event["upstreams"], event["after_restart"]) == ("2", "1", "")
        assert "two" in await text_turn(session, "two")
        assert "three" in await text_turn(chatting, "three")
        async with play.session("new-sim-realtime") as other:
            assert "four" in await text_turn(other, "four")
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with play.session("sim-realtime"):
                pass
        assert refusal.value.response.status_code == 404
        during = Scrape(play.relay.http)
        assert during.value("longwire_sessions", model="sim-realtime", upstream="first") == 1
    first, second = play.ledger.awaited(2, "model = 'sim-realtime'")
    assert {row["upstream"] for row in (first, second)} == {"first"} and second["cost_micro_usd"] > 0
    # Of the same price, though the second turn's answer is another one: a thousandth of what the new model costs.
    new = play.ledger.awaited(1, "model = 'new-sim-realtime'")[0]
    assert new["upstream"] == "second" and new["cost_micro_usd"] > 50 * second["cost_micro_usd"]
    assert play.ledger.awaited(1, "model = 'sim-chat'")[0]["upstream"] == "first"
    after = eventually(
        lambda: (now := Scrape(play.relay.http)).value("longwire_sessions", model="sim-realtime") == 0 and now,
        10, "its end is counted where its beginning was",
    )  # fmt: skip
    assert after.value("longwire_sessions") == 0
    assert after.value("longwire_turns_total", model="new-sim-realtime", upstream="second") == 1
    assert after.value("longwire_turns_total", model="sim-realtime", upstream="first") == 2
    assert after.value("longwire_configuration_reloads_total", outcome="taken") == 1
    assert after.value("longwire_configuration_reloads_total", outcome="refused") == 0


def test_a_connection_that_is_kept_sees_the_next_configuration(play: Play):
    kept = http.client.HTTPConnection("127.0.0.1", play.relay.port("http"), timeout=20)
    assert chat(play.relay, play.key, "sim-chat", kept)[0] == 200
    socket_before = kept.sock
    play.say(models=("new-sim-chat",))
    assert chat(play.relay, play.key, "new-sim-chat", kept)[0] == 200
    status, body = chat(play.relay, play.key, "sim-chat", kept)
    assert (status, body["error"]["code"]) == (404, "model_not_found")
    assert kept.sock is socket_before
    kept.request("GET", "/api/models")
    assert [model["id"] for model in json.loads(kept.getresponse().read())["data"]] == ["new-sim-chat"]
    kept.request("GET", "/v1/models", headers={"authorization": f"Bearer {play.key.text}"})
    assert [model["id"] for model in json.loads(kept.getresponse().read())["data"]] == ["new-sim-chat"]


def test_a_connection_that_is_kept_has_the_limits_of_now(play: Play):
    kept = http.client.HTTPConnection("127.0.0.1", play.relay.port("http"), timeout=20)

    def ask() -> int:
        kept.request("GET", "/v1/models", headers={"authorization": f"Bearer {play.key.text}", "x-long": "x" * 2000})
        answer = kept.getresponse()
        answer.read()
        return answer.status

    assert ask() == 200
    play.say(tail="limits: { header_bytes: 1KiB }\n")
    assert ask() == 431
    kept.close()


def test_connections_to_an_upstream_that_moved_are_not_used(play: Play, start):
    other = start.simulator()
    old, new = play.simulator.port("https"), other.port("https")
    # One connection of a client stays on one loop, and so with one pool.
    kept = http.client.HTTPConnection("127.0.0.1", play.relay.port("http"), timeout=20)

    def asks() -> None:
        assert chat(play.relay, play.key, "sim-chat", kept)[0] == 200

    others = local_ports_to(old)
    asks()
    mine = local_ports_to(old) - others
    assert mine
    # The same configuration once more: nothing has moved.
    hang_up(play.relay)
    asks()
    assert local_ports_to(old) - others == mine
    play.say(port=new)
    eventually(lambda: not local_ports_to(old) & mine, 10, "what leads to where it was is closed")
    asks()
    assert local_ports_to(new)
    assert UpstreamLog(other.log).last_connection("/v1/chat/completions")


def test_what_counts_only_after_a_restart_is_said(play: Play):
    text = play.text(head="log: { format: text }\n")
    text = text.replace("listen: [{ address: 127.0.0.1:0 }]", f"listen: [{{ address: 127.0.0.1:{free_port()} }}]")
    play.relay.config.write_text(text.replace("sqlite:longwire.sqlite", "sqlite:other.sqlite"))
    event = hang_up(play.relay)
    assert event["after_restart"] == "listen, store, log.format"
    told = logged(play.relay, "configuration change counts after a restart")
    assert [each["changed"] for each in told] == event["after_restart"].split(", ")
    assert chat(play.relay, play.key, "sim-chat")[0] == 200
    assert not (play.relay.directory / "other.sqlite").exists()
    play.relay.config.write_text(play.text())
    assert hang_up(play.relay)["after_restart"] == ""


def test_the_admin_key_counts_at_once(play: Play):
    def status(key: str | None) -> int:
        request = urllib.request.Request(play.relay.http + "/api/keys")
        if key:
            request.add_header("authorization", f"Bearer {key}")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    assert status(None) == 200
    play.say(head="admin_key: first-admin-key\n")
    assert (status(None), status("first-admin-key"), status("second-admin-key")) == (401, 200, 401)
    play.say(head="admin_key: second-admin-key\n")
    assert (status(None), status("first-admin-key"), status("second-admin-key")) == (401, 401, 200)
    play.say()
    assert (status(None), status("second-admin-key")) == (200, 401)


async def test_no_log_shows_a_key_of_any_configuration(play: Play, start):
    """Whatever is logged passes the net, and here the upstreams' names hold their keys: of the configuration in force, and of
    the one before, with which a session goes on."""
    keys = ["plain-words-as-a-key", "other-words-as-a-key"]
    other = start.simulator()

    def say(key: str, port: int) -> None:
        play.say(key=key, port=port, head="log: { level: trace }\n", models=("sim-chat",), name=f"upstream-{key}")

    say(keys[0], other.port("https"))
    async with play.session("sim-chat") as session:
        assert "one" in await text_turn(session, "one")
        say(keys[1], free_port())
        play.relay.config.write_text("listen: [\n")
        hang_up(play.relay, REFUSED)
        assert chat(play.relay, play.key, "sim-chat")[0] == 502
        other.kill()
        await session.wait_closed()
    ended = eventually(lambda: logged(play.relay, "session ended"), 10, "the end of the session")
    failed = logged(play.relay, "upstream failed")
    assert ended and failed and {event["upstream"] for event in [*ended, *failed]} == {"upstream-[redacted]"}
    for key in keys:
        assert key not in play.relay.output


def test_the_log_level_follows_unless_it_was_asked_for(play: Play):
    assert chat(play.relay, play.key, "nothing")[0] == 404
    assert not logged(play.relay, "refused")
    play.say(head="log: { level: info }\n")
    eventually(lambda: chat(play.relay, play.key, "nothing") and logged(play.relay, "refused"), 10, "a line at info")
    play.say()
    count = len(logged(play.relay, "refused"))
    hang_up(play.relay)
    assert chat(play.relay, play.key, "nothing")[0] == 404
    hang_up(play.relay)
    assert len(logged(play.relay, "refused")) == count


async def test_renewed_certificates(start, certificates: Certificates, simulator, tmp_path):
    """Files of the same names hold another certificate: the next handshake sees it, the session of before goes on."""
    relay: Relay = start.relay(simulator.port("https"))
    key = relay.create_key_by_api()
    files = tmp_path / "renewed"
    files.mkdir()
    served = files / "served.pem", files / "served.key"

    def install(made: Certificates) -> None:
        served[0].write_bytes(made.certificate.read_bytes())
        served[1].write_bytes(made.private_key.read_bytes())

    def shown(trust: Certificates) -> bytes:
        with socket.create_connection(("127.0.0.1", relay.port("https")), timeout=10) as line:
            with trust.client_context().wrap_socket(line, server_hostname="localhost") as tls:
                return tls.getpeercert(binary_form=True)

    old = shown(certificates)
    # The configuration may name other files, too.
    install(certificates)
    text = relay.config.read_text()
    text = text.replace(str(certificates.certificate), str(served[0]))
    relay.config.write_text(text.replace(str(certificates.private_key), str(served[1])))
    hang_up(relay)
    assert shown(certificates) == old
    async with websockets.connect(
        f"{relay.wss}/v1/realtime?model=sim-realtime", ssl=certificates.client_context(),
        additional_headers={"Authorization": f"Bearer {key.text}"},
    ) as session:  # fmt: skip
        assert "before" in await text_turn(session, "before")
        (files / "other").mkdir()
        other = make_certificates(files / "other")
        install(other)
        assert shown(certificates) == old
        hang_up(relay)
        assert shown(other) != old
        with pytest.raises(ssl.SSLCertVerificationError):
            shown(certificates)
        assert "after" in await text_turn(session, "after")
        # A key that does not belong to the certificate is a fault, and nothing changes.
        served[1].write_bytes(certificates.private_key.read_bytes())
        hang_up(relay, REFUSED)
        assert "longwire.yaml: listen: https://127.0.0.1:0" in logged(relay, "configuration fault")[-1]["fault"]
        assert shown(other) != old
        assert "still" in await text_turn(session, "still")


def test_without_a_file(start, tmp_path):
    """The built-in configuration is read again, too; its simulator goes on where it is."""
    terminal = Terminal(
        ["serve", "--listen", "127.0.0.1:0", "--log-format", "json"], tmp_path, {"LONGWIRE_LOG_LEVEL": "notice"}
    )
    try:
        port = int(terminal.expect(r"listening on http://127.0.0.1:(\d+)").rpartition(":")[2])
        key = terminal.expect(r"sk-lw-\w+").rpartition(" ")[2].strip()
        terminal.expect("chat.completions.create")
        for _ in range(2):
            os.kill(terminal.process.pid, signal.SIGHUP)
            assert '"file":"built-in"' in terminal.expect(r'\{[^{}]*"configuration reloaded"[^{}]*\}')
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            body = json.dumps({"model": "sim-chat", "messages": [{"role": "user", "content": "hello"}]})
            connection.request("POST", "/v1/chat/completions", body, {"authorization": f"Bearer {key}"})
            assert connection.getresponse().status == 200
            connection.close()
    finally:
        terminal.close()


def test_a_terminal_that_is_closed_ends_it(tmp_path):
    """Nobody is left who could end it otherwise; SIGHUP then means what it always did."""
    terminal = Terminal(["serve", "--listen", "127.0.0.1:0"], tmp_path)
    try:
        terminal.expect("listening on")
        terminal.expect("chat.completions.create")
        os.close(terminal.ours)
        assert terminal.process.wait(20) == 0
    finally:
        terminal.close()


async def test_limits_of_new_sessions(play: Play):
    """What a session agreed on stays; who comes later gets the new limit."""
    async with play.session() as old:
        assert "one" in await text_turn(old, "one")
        play.say(tail="limits: { message_from_client: 4KiB }\n")
        assert "two" in await text_turn(old, "two " + "x" * 8_000)
        async with play.session() as new:
            assert "three" in await text_turn(new, "three")
            await new.send(json.dumps({"type": "session.update", "session": {"instructions": "x" * 8_000}}))
            with pytest.raises(websockets.ConnectionClosed) as end:
                async with asyncio.timeout(20):
                    while True:
                        await new.recv()
            assert end.value.rcvd.code == 1009
        assert "four" in await text_turn(old, "four")
