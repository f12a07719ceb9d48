"""The commands, as people and as programs use them, beside a relay that runs."""

import json
import os
import pty
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from openai import AsyncOpenAI, OpenAI
from websockets.exceptions import ConnectionClosed

from processes import Relay, binary, clean_environment, eventually, free_port
from realtime_turns import text_turn

USAGE, UNAVAILABLE, CONFIGURATION = 64, 69, 78


def made(relay: Relay, *arguments: str, given: str = "") -> dict:
    result = relay.run(*arguments, "--json", given=given)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def models_status(relay: Relay, key: str) -> int:
    request = urllib.request.Request(relay.http + "/v1/models", headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def chat(relay: Relay, key: str):
    client = OpenAI(base_url=relay.http + "/v1", api_key=key, max_retries=0)
    return client.chat.completions.create(model="sim-chat", messages=[{"role": "user", "content": "Hello"}])


# What is no sentence


@pytest.mark.parametrize("group", [[], ["keys"], ["accounts"], ["members"], ["sessions"]])
def test_half_a_command_tells_the_other_half(group: list[str], tmp_path: Path):
    result = subprocess.run(
        [str(binary()), *group], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True
    )
    assert result.returncode == USAGE
    assert result.stdout == ""
    assert " ".join(["USAGE: longwire", *group]) in result.stderr and "SUBCOMMANDS:" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "create"], ["keys", "create", "--name", ""], ["keys", "create", "--name", "x", "--rpm", "0"],
        ["keys", "create", "--name", "x", "--budget-usd", "much"], ["keys", "create", "--name", "x", "--models", ","],
        ["keys", "create", "--name", "x", "--allow-ip", "everywhere"], ["keys", "update", "key_x"],
        ["keys", "rotate", "key_x", "--overlap", "soon"], ["keys", "update", "key_x", "--expires", "later"],
        ["accounts", "create"], ["accounts", "create", "--name", "a\nb"], ["accounts", "update", "default"],
        ["members", "create", "--name", "x", "--role", "king"], ["usage", "--by", "colour"],
        ["usage", "--since", "yesterday"], ["sessions", "end", "../keys"], ["sessions", "list", "--url", "nowhere"],
        ["serve", "--log-format", "xml"], ["serve", "--log-level", "loud"], ["nonsense"],
    ],
)  # fmt: skip
def test_wrong_command_lines(relay: Relay, arguments: list[str]):
    result = relay.run(*arguments)
    assert result.returncode == USAGE, result.stderr
    assert result.stdout == "" and "Error:" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "revoke", "key_none"], ["keys", "delete", "key_none"], ["keys", "rotate", "key_none"],
        ["keys", "update", "key_none", "--rpm", "5"], ["keys", "list", "--account", "nobody"],
        ["keys", "create", "--name", "x", "--account", "nobody"], ["accounts", "disable", "nobody"],
        ["accounts", "update", "nobody", "--rpm", "5"], ["members", "disable", "nobody"],
        ["members", "password", "nobody"], ["members", "create", "--name", "x", "--account", "nobody"],
        ["usage", "--account", "nobody"],
    ],
)  # fmt: skip
def test_what_does_not_exist(relay: Relay, arguments: list[str]):
    result = relay.run(*arguments, given="a long password\n")
    assert result.returncode == 1, result.stderr
    assert result.stdout == "" and "There is no" in result.stderr and " list'" in result.stderr


def test_a_configuration_that_cannot_be_read(tmp_path: Path):
    for arguments in (["keys", "list"], ["accounts", "list"], ["members", "list"], ["usage"], ["sessions", "list"]):
        result = subprocess.run(
            [str(binary()), *arguments, "--config", str(tmp_path / "none.yaml")],
            cwd=tmp_path, env=clean_environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert result.returncode == CONFIGURATION, arguments


# Accounts and members


def test_the_life_of_an_account(relay: Relay):
    account = made(relay, "accounts", "create", "--name", "research", "--budget-usd", "2.5", "--rpm", "60")
    assert account["name"] == "research" and account["status"] == "active"
    assert account["budget_usd"] == 2.5 and account["rpm"] == 60 and "tpm" not in account
    again = relay.run("accounts", "create", "--name", "research")
    assert again.returncode == 1 and "already" in again.stderr

    changed = made(relay, "accounts", "update", "research", "--rpm", "none", "--tpm", "9000", "--models", "sim-*")
    assert "rpm" not in changed and changed["tpm"] == 9000 and changed["models"] == ["sim-*"]
    assert changed["budget_usd"] == 2.5, "what is not named stays"

    key = made(relay, "keys", "create", "--name", "of research", "--account", "research")
    assert key["account"] == account["id"]
    assert models_status(relay, key["key"]) == 200
    listed = made(relay, "keys", "list", "--account", account["id"])
    assert [entry["id"] for entry in listed] == [key["id"]]
    assert "key" not in listed[0]

    relay.command("accounts", "disable", "research")
    eventually(lambda: models_status(relay, key["key"]) in (401, 403), 10, "its keys are refused")
    table = relay.command("accounts", "list")
    assert f"{account['id']}" in table and "disabled" in table and "default" in table
    relay.command("accounts", "enable", "research")
    eventually(lambda: models_status(relay, key["key"]) == 200, 10, "its keys are let in again")


def test_members(relay: Relay):
    member = made(relay, "members", "create", "--name", "ada", given="correct horse battery\n")
    assert member["role"] == "member" and member["account"] == "default" and member["status"] == "active"
    assert "horse" not in json.dumps(made(relay, "members", "list")) and "scrypt" not in json.dumps(member)
    assert relay.run("members", "create", "--name", "ada", given="another horse\n").returncode == 1
    short = relay.run("members", "create", "--name", "bob", given="short\n")
    assert short.returncode == USAGE and "short\n" not in short.stderr.replace("is too short", "")
    assert made(relay, "members", "create", "--name", "eve", "--role", "admin", given="another horse\n")["role"] == "admin"
    relay.command("members", "disable", "eve")
    assert "disabled" in relay.command("members", "list")
    relay.command("members", "enable", "eve")
    assert "disabled" not in relay.command("members", "list")
    changed = relay.run("members", "password", "ada", given="quite another horse\n")
    assert changed.returncode == 0 and "horse" not in changed.stdout + changed.stderr


def test_a_typed_password_is_not_shown(relay: Relay):
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [str(binary()), "members", "create", "--name", "typist", "--config", str(relay.config)],
        cwd=relay.directory, env=clean_environment(), stdin=terminal, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.close(terminal)
    seen = b""

    def read_until(word: bytes) -> None:
        nonlocal seen
        deadline = time.monotonic() + 20
        while word not in seen:
            assert time.monotonic() < deadline, seen
            seen += os.read(controller, 4096)

    read_until(b"New password: ")
    os.write(controller, b"never to be seen\n")
    read_until(b"Once more: ")
    os.write(controller, b"never to be seen\n")
    read_until(b"created mem_")
    assert process.wait(20) == 0
    os.close(controller)
    assert b"never to be seen" not in seen


# Keys


def test_a_key_is_changed(relay: Relay):
    key = made(relay, "keys", "create", "--name", "changing", "--rpm", "5", "--expires", "30d", "--allow-ip", "10.0.0.0/8")
    assert key["rpm"] == 5 and "expires_at" in key and key["addresses"] == ["10.0.0.0/8"]
    assert models_status(relay, key["key"]) == 403
    changed = made(
        relay, "keys", "update", key["id"], "--rpm", "none", "--expires", "never", "--allow-ip", "all",
        "--budget-usd", "0.000001", "--sessions", "3", "--models", "sim-chat", "--name", "changed",
    )  # fmt: skip
    assert "rpm" not in changed and "expires_at" not in changed and changed["addresses"] == []
    assert changed["budget_usd"] == 0.000001 and changed["sessions"] == 3 and changed["models"] == ["sim-chat"]
    assert changed["name"] == "changed" and changed["created_at"] == key["created_at"] and "key" not in changed
    eventually(lambda: models_status(relay, key["key"]) == 200, 10, "the new addresses count")


def test_a_rotated_key_overlaps(relay: Relay):
    old = made(relay, "keys", "create", "--name", "rotating")
    new = made(relay, "keys", "rotate", old["id"], "--overlap", "1h")
    assert new["id"] == old["id"] and new["key"] != old["key"]
    assert models_status(relay, new["key"]) == 200
    time.sleep(1.5)  # longer than a look-up is remembered
    assert models_status(relay, old["key"]) == 200, "the old one works on for its hour"
    newest = made(relay, "keys", "rotate", old["id"])
    eventually(lambda: models_status(relay, new["key"]) == 401, 10, "without overlap it ends at once")
    assert models_status(relay, newest["key"]) == 200


def test_a_key_is_deleted(relay: Relay):
    key = made(relay, "keys", "create", "--name", "passing")
    assert models_status(relay, key["key"]) == 200
    assert key["id"] in relay.command("keys", "delete", key["id"])
    eventually(lambda: models_status(relay, key["key"]) == 401, 10, "it is unknown")
    assert key["id"] not in relay.command("keys", "list")


def test_names_do_not_write_to_the_terminal(relay: Relay):
    relay.create_key(name="evil\x9b31mname")
    table = relay.command("keys", "list")
    assert "\x9b" not in table and "evil?31mname" in table


# Usage


def test_usage_is_told(relay: Relay):
    key = relay.create_key(name="user")
    used = [chat(relay, key.text).usage for _ in range(2)]

    def told() -> dict | None:
        report = made(relay, "usage", "--key", key.id)
        return report if report["total"]["requests"] == 2 else None

    report = eventually(told, 10, "all rows have reached the ledger")
    assert report["total"]["tokens"]["input"] == sum(usage.prompt_tokens for usage in used)
    assert report["total"]["tokens"]["output"] == sum(usage.completion_tokens for usage in used)
    assert report["total"]["errors"] == 0 and report["groups"] == []
    for by, group in [("model", "sim-chat"), ("key", key.id), ("account", "default"), ("upstream", "simulator")]:
        groups = made(relay, "usage", "--key", key.id, "--by", by)["groups"]
        assert [(entry["group"], entry["requests"]) for entry in groups] == [(group, 2)]
    for by in ("day", "hour"):
        groups = made(relay, "usage", "--key", key.id, "--by", by, "--since", "start")["groups"]
        assert sum(entry["requests"] for entry in groups) == 2, by
    assert made(relay, "usage", "--key", key.id, "--model", "sim-chat")["total"]["requests"] == 2
    assert made(relay, "usage", "--key", key.id, "--model", "sim-realtime")["total"]["requests"] == 0
    assert made(relay, "usage", "--key", "key_none")["total"]["requests"] == 0
    table = relay.command("usage", "--key", key.id, "--by", "model").splitlines()
    assert table[0].startswith("MODEL") and "sim-chat" in table[1] and table[-1].startswith("total")


# Sessions


async def test_sessions_are_listed_and_ended(relay: Relay):
    key = relay.create_key(name="live")
    address = ("--url", relay.http)
    async with AsyncOpenAI(base_url=relay.http + "/v1", api_key=key.text).realtime.connect(model="sim-realtime") as live:
        await text_turn(live, "Hello")
        listed = [entry for entry in made(relay, "sessions", "list", *address) if entry["key"] == key.id]
        assert len(listed) == 1 and listed[0]["model"] == "sim-realtime" and listed[0]["messages_from_client"] >= 2
        table = relay.command("sessions", "list", *address)
        assert listed[0]["id"] in table and "KIND" in table
        assert listed[0]["id"] in relay.command("sessions", "end", listed[0]["id"], *address)
        with pytest.raises(ConnectionClosed) as ended:
            while True:
                await live.recv()
        assert ended.value.rcvd.code == 1008
    gone = relay.run("sessions", "end", listed[0]["id"], *address)
    assert gone.returncode == 1 and "session" in gone.stderr


def test_sessions_over_tls(relay: Relay, certificates):
    listed = made(relay, "sessions", "list", "--url", relay.https, "--ca-file", str(certificates.ca_file))
    assert isinstance(listed, list)
    assert relay.run("sessions", "list", "--url", relay.https).returncode == UNAVAILABLE, "the system trusts it not"


def test_a_relay_that_does_not_answer(relay: Relay):
    result = relay.run("sessions", "list", "--url", f"http://127.0.0.1:{free_port()}")
    assert result.returncode == UNAVAILABLE
    assert "does not answer" in result.stderr and "--url" in result.stderr
