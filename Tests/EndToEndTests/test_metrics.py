"""GET /metrics, /readyz and /healthz, and logs as programs read them."""

import itertools
import json
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from openai import AsyncOpenAI, OpenAI

from processes import Key, Relay, Running, binary, clean_environment, eventually
from realtime_turns import text_turn
from scrape import Scrape, grows

ADMIN_KEY = "admin-key-0123456789abcdef"


def get(url: str, **fields: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=fields), timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def chat(relay: Relay, key: str, **more):
    client = OpenAI(base_url=relay.http + "/v1", api_key=key, max_retries=0)
    return client.chat.completions.create(model="sim-chat", messages=[{"role": "user", "content": "Hello"}], **more)


def connect(relay: Relay, key: str, model: str):
    return AsyncOpenAI(base_url=relay.http + "/v1", api_key=key).realtime.connect(model=model)


def test_the_official_parser_reads_every_line(relay: Relay, key: Key):
    chat(relay, key.text)
    scrape = Scrape(relay.http)
    assert scrape.type == "text/plain; version=0.0.4; charset=utf-8"
    for family in scrape.families.values():
        assert family.documentation, f"{family.name} says nothing of itself"
        assert family.type in ("counter", "gauge", "histogram"), family.name
    for name in ("process_cpu_seconds", "longwire_admissions", "longwire_ledger_dropped_entries"):
        assert scrape.families[name].type == "counter"
    for name in (
        "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds", "process_max_fds",
        "process_start_time_seconds", "longwire_loops_answering", "longwire_loop_lag_seconds", "longwire_open_connections",
    ):  # fmt: skip
        assert scrape.value(name) > 0, name
    assert scrape.value("longwire_build_info") == 1


def test_histograms_hold_together(relay: Relay, key: Key):
    chat(relay, key.text)
    family = Scrape(relay.http).families["longwire_relay_overhead_seconds"]
    buckets = [sample for sample in family.samples if sample.name.endswith("_bucket") and sample.labels["kind"] == "http"]
    counts = [sample.value for sample in buckets]
    bounds = [float(sample.labels["le"]) for sample in buckets]
    assert counts == sorted(counts) and bounds == sorted(bounds) and bounds[-1] == float("inf")
    total = next(s.value for s in family.samples if s.name.endswith("_count") and s.labels["kind"] == "http")
    assert counts[-1] == total > 0


def test_admissions_by_outcome(relay: Relay, key: Key):
    before = Scrape(relay.http)
    chat(relay, key.text)
    for wrong in ("sk-lw-wrong", "' OR 1=1"):
        status, _ = get(relay.http + "/v1/models", Authorization=f"Bearer {wrong}")
        assert status == 401
    request = urllib.request.Request(
        relay.http + "/v1/chat/completions", data=b"{}", headers={"Authorization": "Bearer sk-lw-wrong"}
    )
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=10)
    after = Scrape(relay.http)

    def grown(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    assert grown("longwire_admissions_total", kind="http", outcome="admitted") == 1
    assert grown("longwire_admissions_total", kind="http", outcome="invalid_api_key") == 1
    assert grown("longwire_upstream_attempts_total", upstream="simulator", result="ok") == 1
    assert after.value("longwire_upstream_up", upstream="simulator") == 1


async def test_a_session_is_counted_while_it_is_open_and_when_it_ends(relay: Relay, key: Key):
    labels = {"model": "sim-realtime", "upstream": "simulator"}
    before = Scrape(relay.http)
    async with connect(relay, key.text, "sim-realtime") as connection:
        await text_turn(connection, "Hello")
        during = Scrape(relay.http)
        assert during.value("longwire_sessions", **labels) == before.value("longwire_sessions", **labels) + 1
        opened = "longwire_sessions_opened_total"
        assert during.value(opened, **labels) == before.value(opened, **labels) + 1
    after = grows(relay.http, before, 1, "longwire_sessions_closed_total", code="1000", **labels)
    assert after.value("longwire_sessions", **labels) == before.value("longwire_sessions", **labels)


def test_exchanges_tokens_and_cost_are_counted(relay: Relay, key: Key):
    before = Scrape(relay.http)
    answer = chat(relay, key.text)
    labels = {"model": "sim-chat", "upstream": "simulator"}
    after = grows(relay.http, before, 1, "longwire_turns_total", kind="exchange", status="completed", **labels)
    used = {"input_text": answer.usage.prompt_tokens, "output_text": answer.usage.completion_tokens}
    for name, count in used.items():
        labels_of_class = labels | {"class": name}
        tokens = "longwire_tokens_total"
        assert after.value(tokens, **labels_of_class) - before.value(tokens, **labels_of_class) == count
    count = "longwire_first_byte_seconds_count"
    assert after.value(count, **labels) == before.value(count, **labels) + 1


async def test_turns_are_counted_as_their_usage_tells(relay: Relay, key: Key):
    before = Scrape(relay.http)
    async with connect(relay, key.text, "sim-realtime") as connection:
        _, events = await text_turn(connection, "Hello")
    usage = events[-1].response.usage
    labels = {"model": "sim-realtime", "upstream": "simulator"}
    after = grows(relay.http, before, 1, "longwire_turns_total", kind="turn", status="completed", **labels)
    for names, count in (("input", usage.input_tokens), ("output", usage.output_tokens)):
        classes = [labels | {"class": f"{names}_{kind}"} for kind in ("text", "audio", "image")]
        tokens = "longwire_tokens_total"
        assert sum(after.value(tokens, **one) - before.value(tokens, **one) for one in classes) == count


def test_models_that_are_not_configured_make_no_series(start):
    upstream = start.simulator()
    relay = start.relay(upstream.port("https"), passthrough=True)
    key = relay.create_key()
    client = OpenAI(base_url=relay.http + "/v1", api_key=key.text, max_retries=0)
    for number in range(20):
        try:
            client.chat.completions.create(model=f"made-up-{number}", messages=[{"role": "user", "content": "x"}])
        except Exception:  # noqa: BLE001, S110: what the simulator thinks of the model does not matter here
            pass
    scrape = Scrape(relay.http)
    assert scrape.value("longwire_admissions_total", outcome="admitted") == 20
    assert "made-up" not in scrape.text


def own_address() -> str | None:
    """An address of this machine that is not the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


@pytest.fixture(params=["with an admin key", "without"])
def open_relay(request: pytest.FixtureRequest, tmp_path: Path):
    """A relay that listens everywhere: its base beyond the loopback, its port, and whether it has an admin key."""
    address = own_address()
    if not address:
        pytest.skip("this machine has no address but the loopback")
    has_key = request.param == "with an admin key"
    config = tmp_path / "longwire.yaml"
    config.write_text(
        "listen: [{ address: 0.0.0.0:0 }]\n" + (f"admin_key: {ADMIN_KEY}\n" if has_key else "log: { level: info }\n")
    )
    relay = Running(["serve", "--config", str(config)], tmp_path, listeners=1)
    yield f"http://{address}:{relay.port('http')}", relay.port("http"), has_key
    relay.stop()


def test_metrics_beyond_the_loopback_take_the_admin_key(open_relay):
    base, port, has_key = open_relay
    right = {"Authorization": f"Bearer {ADMIN_KEY}"}
    assert get(base + "/metrics")[0] == 403
    assert get(base + "/metrics", Authorization=f"Bearer {ADMIN_KEY[:-1]}x")[0] == 403
    assert get(base + "/metrics", **right)[0] == (200 if has_key else 403)
    assert get(base + f"/metrics?key={ADMIN_KEY}")[0] == 403
    assert get(f"http://127.0.0.1:{port}/metrics")[0] == 200
    assert get(f"http://127.0.0.1:{port}/metrics", **{"X-Forwarded-For": "203.0.113.9"})[0] == 403
    assert get(f"http://127.0.0.1:{port}/metrics", Host="evil.example")[0] == 403
    assert get(base + "/healthz") == (200, "ok\n")
    eventually(lambda: get(base + "/readyz") == (200, "ok\n"), 20, "readiness says yes")


def test_readiness_ends_with_the_drain(start):
    upstream = start.simulator()
    relay = start.relay(upstream.port("https"))
    key = relay.create_key()
    eventually(lambda: get(relay.http + "/readyz") == (200, "ok\n"), 20, "readiness says yes")
    # An exchange under way keeps the process, and its connection, while it drains.
    with socket.create_connection(("127.0.0.1", relay.port("http")), timeout=10) as waiting:
        body = json.dumps({"model": "sim-slow", "messages": [{"role": "user", "content": "x"}], "stream": True}).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key.text}\r\n"
        waiting.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        with socket.create_connection(("127.0.0.1", relay.port("http")), timeout=10) as asking:
            # A request that has begun is served although no new connection is.
            asking.sendall(b"GET /readyz HTTP/1.1\r\n")
            eventually(lambda: waiting.recv(1), 10, "the stream begins")
            relay.terminate()
            eventually(lambda: "ending sessions" in relay.output, 10, "it drains")

            def refused() -> bool:
                try:
                    socket.create_connection(("127.0.0.1", relay.port("http")), timeout=1).close()
                    return False
                except OSError:
                    return True

            eventually(refused, 10, "it listens no more")
            asking.sendall(b"Host: a\r\n\r\n")
            answer = asking.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 503 ") and answer.endswith("draining\n")


def serve(directory: Path, *options: str, **environment: str) -> tuple[str, str]:
    """Starts the built-in relay, has it refuse one request, stops it; what it said on its two streams."""
    process = subprocess.Popen(
        [str(binary()), "serve", "--listen", "127.0.0.1:0", *options],
        cwd=directory,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=clean_environment() | environment,
    )  # fmt: skip
    first = process.stdout.readline()
    status, _ = get(first.split()[-1] + "/v1/models", **{"X-Request-Id": "mine-1"})
    assert status == 401
    process.terminate()
    out, error = process.communicate(timeout=20)
    assert process.returncode == 0
    return first + out, error


def test_logs_are_objects_on_lines_of_their_own(tmp_path: Path):
    _, error = serve(tmp_path, "--log-level", "trace")
    events = [json.loads(line) for line in error.splitlines()]
    refused = next(event for event in events if event["message"] == "refused")
    assert refused["level"] == "info" and refused["logger"] == "longwire"
    assert refused["request_id"] == "mine-1" and refused["status"] == "401"
    assert refused["reason"] == "authentication_failed"
    assert refused["time"].endswith("Z") and len(refused["time"]) == len("2026-11-21T16:00:00.123Z")


def test_logs_for_people(tmp_path: Path):
    _, error = serve(tmp_path, "--log-format", "text", LONGWIRE_LOG_LEVEL="info")
    line = next(line for line in error.splitlines() if "refused" in line)
    assert " info longwire: refused " in line and " request_id=mine-1 " in line


def test_the_configuration_says_how_much_is_logged_and_the_command_line_overrules_it(tmp_path: Path):
    (tmp_path / "longwire.yaml").write_text("log: { format: text, level: info }\n")
    assert " info longwire: refused " in serve(tmp_path)[1]
    assert serve(tmp_path, "--log-level", "error")[1] == ""
    assert json.loads(serve(tmp_path, "--log-format", "json")[1].splitlines()[-1])["message"]


def test_a_reader_that_stops_does_not_stop_the_relay(tmp_path: Path):
    """The log's pipe is full and nobody takes anything: lines are lost and counted, requests are not."""
    process = subprocess.Popen(
        [str(binary()), "serve", "--listen", "127.0.0.1:0", "--log-level", "trace"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=clean_environment(),
    )  # fmt: skip
    try:
        base = process.stdout.readline().split()[-1]
        path = "/v1/models/" + "x" * 200
        with socket.create_connection(("127.0.0.1", int(base.rsplit(":", 1)[1])), timeout=20) as client:
            reader = client.makefile("rb")

            def ask(number: int) -> None:
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nX-Request-Id: {'y' * 100}{number}\r\n\r\n".encode())
                assert reader.readline().startswith(b"HTTP/1.1 401"), number
                length = 0
                while (line := reader.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                reader.read(length)

            def dropped() -> float:
                return Scrape(base).value("longwire_log_lines_dropped_total")

            # Once the pipe is full, and what holds lines before it.
            numbers = iter(range(6_000))
            while not dropped():
                for number in itertools.islice(numbers, 250):
                    ask(number)
                assert number < 5_999, "no line was lost although nobody takes any"
            before = dropped()
            for number in itertools.islice(numbers, 250):
                ask(number)
            assert dropped() > before
        eventually(lambda: get(base + "/readyz")[0] == 200, 20, "readiness says yes")
    finally:
        process.kill()
        process.wait()
