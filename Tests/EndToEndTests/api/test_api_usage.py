"""What was used, as the API tells it, against what was done."""

import csv
import io

import httpx
import pytest
from openai import OpenAI

from callers import bearer, make_key, make_member, page
from processes import Relay, eventually


@pytest.fixture(scope="module")
def used(guarded: Relay, admin: httpx.Client) -> dict:
    """A key of an account of its own with five exchanges behind it."""
    account = admin.post("/api/accounts", json={"name": "usage"}).json()["data"]
    key = make_key(admin, account=account["id"])
    client = OpenAI(base_url=guarded.http + "/v1", api_key=key["key"], max_retries=0)
    for index in range(5):
        client.chat.completions.create(
            model="sim-chat" if index % 2 else "renamed-chat", messages=[{"role": "user", "content": f"turn {index}"}]
        )
    eventually(
        lambda: len(admin.get("/api/usage/rows", params={"key": key["id"]}).json()["data"]) == 5,
        10,
        "five rows in the ledger",
    )
    return key


def test_rows_and_sums_agree(admin: httpx.Client, used: dict) -> None:
    rows = admin.get("/api/usage/rows", params={"key": used["id"]}).json()["data"]
    assert {row["kind"] for row in rows} == {"exchange"}
    assert {row["model"] for row in rows} == {"sim-chat", "renamed-chat"}
    assert all(row["tokens"]["output"] > 0 and row["status"] == "completed" for row in rows)
    usage = admin.get("/api/usage", params={"key": used["id"], "by": "model", "interval": "hour"}).json()["data"]
    assert usage["total"]["requests"] == 5
    assert usage["total"]["tokens"]["total"] == sum(row["tokens"]["total"] for row in rows)
    assert sum(step["requests"] for step in usage["series"]) == 5
    assert {step["group"] for step in usage["series"]} == {"sim-chat", "renamed-chat"}


def test_pages_and_filters(admin: httpx.Client, used: dict) -> None:
    first = admin.get("/api/usage/rows", params={"key": used["id"], "limit": 3}).json()
    cursor = first["metadata"]["next_cursor"]
    second = admin.get("/api/usage/rows", params={"key": used["id"], "limit": 3, "cursor": cursor}).json()
    numbers = [row["number"] for row in first["data"] + second["data"]]
    assert len(numbers) == 5 and numbers == sorted(numbers, reverse=True)
    assert second["metadata"]["next_cursor"] is None
    only = admin.get("/api/usage/rows", params={"key": used["id"], "model": "sim-chat"}).json()["data"]
    assert len(only) == 2
    assert admin.get("/api/usage/rows", params={"key": used["id"], "until": "1h"}).json()["data"] == []


def test_csv(admin: httpx.Client, used: dict) -> None:
    answer = admin.get("/api/usage.csv", params={"key": used["id"]})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 5
    assert {row["key"] for row in rows} == {used["id"]}
    assert admin.head("/api/usage.csv").status_code == 200


def test_holders_and_members_read_their_own(guarded: Relay, admin: httpx.Client, used: dict) -> None:
    other = make_key(admin)
    with bearer(guarded, used["key"]) as client:
        me = client.get("/api/me").json()["data"]
        assert me["key"]["id"] == used["id"]
        assert client.get("/api/usage").json()["data"]["total"]["requests"] == 5
        assert client.get("/api/usage/rows", params={"key": other["id"]}).json()["data"] == []
    with bearer(guarded, other["key"]) as client:
        assert client.get("/api/usage").json()["data"]["total"]["requests"] == 0
        assert client.get("/api/usage/rows", params={"key": used["id"]}).json()["data"] == []
        assert len(client.get("/api/usage.csv").text.splitlines()) == 1
    make_member(admin, "usage-member", account=used["account"])
    with page(guarded, "usage-member") as client:
        assert client.get("/api/usage").json()["data"]["total"]["requests"] == 5


def test_upstreams_tell_how_they_do(guarded: Relay, admin: httpx.Client, used: dict) -> None:
    with bearer(guarded, used["key"]) as client:
        body = {"model": "down", "messages": [{"role": "user", "content": "hi"}]}
        assert client.post("/v1/chat/completions", json=body).status_code == 502
    upstreams = {upstream["name"]: upstream for upstream in admin.get("/api/upstreams").json()["data"]}
    assert upstreams["simulator"]["successes"] >= 5
    assert upstreams["simulator"]["latency_p50_ms"] is not None
    assert upstreams["down"]["state"] == "failing"
    assert upstreams["down"]["last_error"] == "upstream_unreachable"
