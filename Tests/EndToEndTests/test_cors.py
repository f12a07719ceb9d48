"""Pages of other origins: what they are told, in raw HTTP and by a real browser (WHATWG Fetch §3.2)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from processes import Key, Relay
from web_page import WebPage, has_chromium

PAGE = "https://app.example.com"
SDK_HEADERS = (
    "authorization,content-type,x-api-key,x-goog-api-key,x-goog-api-client,anthropic-version,anthropic-beta,"
    "anthropic-dangerous-direct-browser-access,openai-beta,openai-organization,x-stainless-lang,"
    "x-stainless-retry-count,x-request-id,idempotency-key,user-agent"
)


def preflight(relay: Relay, path: str, origin: str = PAGE, headers: str = SDK_HEADERS) -> httpx.Response:
    fields = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers}
    return httpx.options(relay.http + path, headers=fields)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1beta/models/m:generateContent"])
def test_preflight_for_what_sdks_send(relay: Relay, path: str):
    answer = preflight(relay, path)
    assert answer.status_code == 204 and answer.content == b""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"].replace(" ", "") == SDK_HEADERS
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-headers" not in preflight(relay, path, headers="cookie").headers


def test_streams_and_refusals_can_be_read(relay: Relay, key: Key):
    body = {"model": "sim-chat", "messages": [{"role": "user", "content": "hi"}], "stream": True}
    for credential, status in ((key.text, 200), ("sk-lw-nonsense", 401)):
        answer = httpx.post(
            relay.http + "/v1/chat/completions",
            headers={"Origin": PAGE, "Authorization": f"Bearer {credential}"},
            json=body,
        )
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "x-request-id" in answer.headers["access-control-expose-headers"]


def test_origins_that_are_not_listed(start, simulator):
    relay = start.relay(simulator.port("https"), more=f'origins: ["{PAGE}"]\n')
    assert preflight(relay, "/v1/chat/completions").headers["access-control-allow-origin"] == PAGE
    refused = preflight(relay, "/v1/chat/completions", origin="https://evil.example")
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "origin_not_allowed"
    assert not [name for name in refused.headers if name.startswith("access-control-")]


def test_own_api_stays_home(relay: Relay):
    for path in ("/api/keys", "/api/me", "/metrics"):
        assert not [name for name in preflight(relay, path).headers if name.startswith("access-control-")]


# A browser


SCRIPT = """<!doctype html><script>
(async () => {
  const told = {};
  try {
    const answer = await fetch("RELAY/v1/chat/completions", {
      method: "POST",
      headers: {"authorization": "Bearer KEY", "content-type": "application/json", "x-stainless-lang": "js"},
      body: JSON.stringify({model: "sim-chat", messages: [{role: "user", content: "hi"}], stream: true}),
    });
    told.status = answer.status;
    told.id = answer.headers.get("x-request-id");
    told.text = await answer.text();
    const refused = await fetch("RELAY/v1/models", {headers: {"x-api-key": "nonsense"}});
    told.refusal = (await refused.json()).error.code;
  } catch (error) { told.failure = String(error); }
  try { await fetch("RELAY/api/me"); told.api = "read"; } catch (error) { told.api = "not read"; }
  await fetch("/told", {method: "POST", body: JSON.stringify(told)});
})();
</script>"""


@pytest.fixture
def page() -> Iterator[WebPage]:
    page = WebPage()
    yield page
    page.close()


@pytest.mark.skipif(not has_chromium(), reason="there is no chromium")
def test_a_browser_reads_streams_and_refusals(relay: Relay, key: Key, page: WebPage, tmp_path: Path):
    page.content = SCRIPT.replace("RELAY", relay.http).replace("KEY", key.text)
    seen = page.browse(tmp_path)
    assert "failure" not in seen, seen
    assert seen["status"] == 200 and seen["id"] and seen["text"].rstrip().endswith("data: [DONE]")
    assert seen["refusal"] == "invalid_api_key"
    assert seen["api"] == "not read"


@pytest.mark.skipif(not has_chromium(), reason="there is no chromium")
def test_a_browser_keeps_to_the_list(start, simulator, page: WebPage, tmp_path: Path):
    relay = start.relay(simulator.port("https"), more=f'origins: ["{PAGE}"]\n')
    page.content = SCRIPT.replace("RELAY", relay.http).replace("KEY", relay.create_key().text)
    assert "Failed to fetch" in page.browse(tmp_path)["failure"]
