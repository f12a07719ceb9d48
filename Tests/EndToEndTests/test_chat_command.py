"""`longwire chat`: one question, a pipe, a conversation on a terminal; keys, refusals and exit codes."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from certificates import Certificates
from processes import Key, Relay, binary, clean_environment, eventually, free_port
from terminal import Terminal
from upstream_log import UpstreamLog

USAGE, UNAVAILABLE, FAILURE, INTERRUPTED = 64, 69, 1, 130


def chat(relay: Relay, *arguments: str, key: Key | None = None, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"LONGWIRE_API_KEY": key.text} if key else {}
    return relay.run("chat", "--url", relay.http, *arguments, given=given, environment=environment)


def asked(log: UpstreamLog, words: str) -> dict:
    """The body of the last request upstream that holds these words."""
    found = [record["text"] for record in log.records if words in record.get("text", "")]
    return json.loads(found[-1])


def temporary_keys(relay: Relay) -> list[dict]:
    return [key for key in json.loads(relay.command("keys", "list", "--json")) if "longwire chat" in key["name"]]


@pytest.fixture
def terminal(relay: Relay, key: Key):
    opened = []

    def start(*arguments: str, environment: dict[str, str] | None = None) -> Terminal:
        given = {"LONGWIRE_API_KEY": key.text} if environment is None else environment
        command = ["chat", "--url", relay.http, "--config", str(relay.config), *arguments]
        opened.append(Terminal(command, relay.directory, given))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


# One question


def test_a_question_and_its_answer(relay: Relay, key: Key, log: UpstreamLog):
    answered = chat(relay, "--model", "sim-chat", "--system", "Be brief.", "你好", key=key)
    assert answered.returncode == 0, answered.stderr
    assert answered.stdout.strip() and answered.stdout.endswith("\n") and answered.stderr == ""
    request = asked(log, "你好")
    assert request["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "你好"}]
    assert request["stream"] is True


def test_words_are_joined_and_a_dash_is_the_pipe(relay: Relay, key: Key):
    for arguments, given in ((["two", "words"], ""), (["Sum up:", "-"], "a pipe\n"), ([], "only a pipe")):
        answered = chat(relay, "--model", "sim-echo", *arguments, key=key, given=given)
        assert answered.returncode == 0, answered.stderr
        assert answered.stdout.strip()


def test_over_tls(relay: Relay, key: Key, certificates: Certificates):
    environment = {"LONGWIRE_API_KEY": key.text}
    arguments = ["chat", "--url", relay.https, "--model", "sim-chat", "hello"]
    trusted = relay.run(*arguments, "--ca-file", str(certificates.ca_file), environment=environment)
    assert trusted.returncode == 0 and trusted.stdout.strip(), trusted.stderr
    strange = relay.run(*arguments, environment=environment)
    assert strange.returncode == UNAVAILABLE and strange.stdout == "", strange.stderr


def test_the_first_model_that_chats(start, simulator):
    relay = start.relay(simulator.port("https"))
    key = relay.create_key("--models", "sim-chat,renamed-chat")
    answered = chat(relay, "hello", key=key)
    assert answered.returncode == 0, answered.stderr
    none = chat(relay, "hello", key=relay.create_key("--models", "nothing-*"))
    assert none.returncode == FAILURE and "--model" in none.stderr


# Keys


def test_a_key_of_the_machine_is_made_and_deleted(start, simulator):
    relay = start.relay(simulator.port("https"))
    answered = chat(relay, "--model", "sim-chat", "hello")
    assert answered.returncode == 0 and answered.stdout.strip(), answered.stderr
    assert temporary_keys(relay) == []
    refused = chat(relay, "--model", "no-such-model", "hello")
    assert refused.returncode == FAILURE and "no-such-model" in refused.stderr
    assert temporary_keys(relay) == []


def test_the_key_of_the_machine_goes_when_the_command_is_ended(start, simulator):
    relay = start.relay(simulator.port("https"))
    command = [str(binary()), "chat", "--url", relay.http, "--config", str(relay.config), "--model", "sim-slow", "hi"]
    for number, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        process = subprocess.Popen(command, cwd=relay.directory, env=clean_environment(), stdout=subprocess.PIPE)
        made = eventually(lambda: temporary_keys(relay), 10, "a key for this machine")
        assert made[0]["addresses"] == ["127.0.0.0/8", "0:0:0:0:0:0:0:1/128"] and made[0]["expires_at"]
        assert process.stdout.read(1), "nothing was answered"
        process.send_signal(number)
        assert process.wait(10) == code
        assert temporary_keys(relay) == []


def test_no_key_for_a_relay_elsewhere(relay: Relay, tmp_path: Path):
    elsewhere = relay.run("chat", "--url", "http://192.0.2.1:8080", "hello")
    assert elsewhere.returncode == FAILURE and "LONGWIRE_API_KEY" in elsewhere.stderr
    nowhere = subprocess.run(
        [str(binary()), "chat", "--url", relay.http, "hello"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert nowhere.returncode == FAILURE and "--config" in nowhere.stderr
    assert list(tmp_path.iterdir()) == [], "no store is made on the way"


def test_a_key_of_another_store(start, simulator):
    one, other = start.relay(simulator.port("https")), start.relay(simulator.port("https"))
    result = one.run("chat", "--url", other.http, "--model", "sim-chat", "hello")
    assert result.returncode == FAILURE and "--config" in result.stderr
    assert temporary_keys(one) == []


# What goes wrong


@pytest.mark.parametrize(
    "arguments",
    [["--key", "", "hi"], ["--key", "with blank", "hi"], ["--model", "", "hi"], ["--url", "nonsense", "hi"], [" "], []],
)
def test_wrong_command_lines(relay: Relay, arguments: list[str]):
    result = relay.run("chat", *arguments)
    assert result.returncode == USAGE and result.stdout == ""


def test_no_relay_there(relay: Relay, key: Key):
    result = relay.run("chat", "--url", f"http://127.0.0.1:{free_port()}", "--key", key.text, "hello")
    assert result.returncode == UNAVAILABLE and "Is it running?" in result.stderr


def test_refusals_in_plain_words(relay: Relay, key: Key):
    unknown = chat(relay, "--model", "sim-chat", "--key", "sk-lw-nonsense", "hello")
    assert unknown.returncode == FAILURE and "LONGWIRE_API_KEY" in unknown.stderr and unknown.stdout == ""
    missing = chat(relay, "--model", "nothing", "hello", key=key)
    assert missing.returncode == FAILURE and "nothing" in missing.stderr
    broken = chat(relay, "--model", "sim-drop-mid-turn", "hello", key=key)
    assert broken.returncode == FAILURE and "broke off" in broken.stderr


def test_help_teaches(relay: Relay):
    told = subprocess.run([str(binary()), "chat", "--help"], capture_output=True, text=True).stdout
    for word in ("你好", "--model", "--system", "LONGWIRE_API_KEY", "/help", "Ctrl-C", "Exit codes"):
        assert word in told


# A conversation


def test_a_conversation(terminal, log: UpstreamLog):
    shell = terminal("--model", "sim-chat", "--system", "Remember.")
    shell.expect(r"/help tells the commands\.\r\n› ")
    shell.type("my first words\n")
    first = shell.expect(r"my first words\r\n.+\r\n› ")
    shell.type("my second words\n")
    shell.expect(r"my second words\r\n.+\r\n› ")
    messages = asked(log, "second words")["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    heard = messages[2]["content"]
    assert "".join(heard.split()) in "".join(first.split())

    shell.type("/model renamed-chat\n")
    shell.expect(r"Now with renamed-chat")
    shell.type("/reset\n")
    shell.expect(r"Anew, with renamed-chat")
    shell.type("my third \\\nwords\n")
    shell.expect(r"words\r\n.+\r\n› ")
    messages = asked(log, "my third")["messages"]
    assert [message["content"] for message in messages] == ["Remember.", "my third \nwords"]

    shell.type("/model\n")
    shell.expect(r"\* renamed-chat")
    shell.type("/nonsense\n")
    shell.expect(r"There is no /nonsense")
    shell.type("/help\n")
    shell.expect(r"/reset .*begins anew")
    shell.type("/exit\n")
    assert shell.end() == 0


def test_ctrl_c_stops_an_answer_and_ctrl_d_ends(terminal, relay: Relay):
    shell = terminal("--model", "sim-slow")
    shell.expect("› ")
    shell.type("take your time\n")
    shell.expect(r"You said")
    shell.type("\x03")
    shell.expect(r"\(stopped\)\r\n› ")
    shell.type("\x03")
    shell.expect(r"Ctrl-D ends.*› ")
    shell.type("/model sim-chat\n")
    shell.expect(r"Now with sim-chat\.\r\n› ")
    shell.type("and now quickly\n")
    shell.expect(r"quickly\r\n.+\r\n› ")
    shell.type("\x04")
    assert shell.end() == 0


def test_a_refusal_does_not_end_a_conversation(terminal):
    shell = terminal("--model", "nothing")
    shell.expect("› ")
    shell.type("hello\n")
    shell.expect(r"longwire: .*nothing.*› ")
    shell.type("/model sim-chat\n")
    shell.type("hello again\n")
    shell.expect(r"again\r\n.+\r\n› ")
    shell.type("\x04")
    assert shell.end() == 0


def test_a_conversation_with_a_key_of_the_machine(terminal, relay: Relay):
    shell = terminal("--model", "sim-chat", environment={})
    shell.expect("› ")
    assert len(temporary_keys(relay)) == 1
    os.kill(shell.process.pid, signal.SIGTERM)
    assert shell.end() == 143
    assert temporary_keys(relay) == []
