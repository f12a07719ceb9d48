"""Keys over the API, as programs use them at once; and that nothing secret comes out."""

import httpx
import pytest
from openai import OpenAI

from callers import ADMIN_KEY, PASSWORD, bearer, make_key, make_member, page
from processes import Relay


def works(relay: Relay, key: str) -> bool:
    return httpx.get(relay.http + "/v1/models", headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_a_key_works_at_once_and_ends_at_once(guarded: Relay, admin: httpx.Client) -> None:
    key = make_key(admin, models=["sim-chat"])
    client = OpenAI(base_url=guarded.http + "/v1", api_key=key["key"], max_retries=0)
    answer = client.chat.completions.create(model="sim-chat", messages=[{"role": "user", "content": "hi"}])
    assert answer.choices[0].message.content
    assert [model.id for model in client.models.list()] == ["sim-chat"]
    assert admin.post(f"/api/keys/{key['id']}/revoke").json()["data"]["status"] == "revoked"
    assert not works(guarded, key["key"])


def test_a_change_counts_at_once(guarded: Relay, admin: httpx.Client) -> None:
    key = make_key(admin, models=["sim-chat"])
    with bearer(guarded, key["key"]) as client:
        for models in (["sim-echo"], ["sim-chat"], []):
            admin.patch(f"/api/keys/{key['id']}", json={"models": models}).raise_for_status()
            listed = {model["id"] for model in client.get("/v1/models").json()["data"]}
            assert listed == set(models) if models else len(listed) > 2


def test_rotation_with_overlap(guarded: Relay, admin: httpx.Client) -> None:
    first = make_key(admin)
    second = admin.post(f"/api/keys/{first['id']}/rotate", json={"overlap": 60}).json()["data"]
    assert works(guarded, first["key"]) and works(guarded, second["key"])
    third = admin.post(f"/api/keys/{first['id']}/rotate", json={"overlap": 0}).json()["data"]
    assert not works(guarded, first["key"])
    assert not works(guarded, second["key"])
    assert works(guarded, third["key"])


def test_a_disabled_account_ends_its_keys(guarded: Relay, admin: httpx.Client) -> None:
    account = admin.post("/api/accounts", json={"name": "to be disabled"}).json()["data"]
    key = make_key(admin, account=account["id"])
    assert works(guarded, key["key"])
    admin.post(f"/api/accounts/{account['id']}/disable").raise_for_status()
    assert not works(guarded, key["key"])
    admin.post(f"/api/accounts/{account['id']}/enable").raise_for_status()
    assert works(guarded, key["key"])


def test_the_command_line_and_the_api_see_the_same(guarded: Relay, admin: httpx.Client) -> None:
    made = guarded.create_key(name="by command")
    assert admin.get(f"/api/keys/{made.id}").json()["data"]["name"] == "by command"


def test_members_keep_to_their_account(guarded: Relay, admin: httpx.Client) -> None:
    account = admin.post("/api/accounts", json={"name": "bounded", "rpm": 10, "models": ["sim-*"]}).json()["data"]
    foreign = make_key(admin)
    make_member(admin, "bounded-member", account=account["id"])
    with page(guarded, "bounded-member") as client:
        own = client.post("/api/keys", json={"name": "own", "rpm": 10, "models": ["sim-chat"]}).json()["data"]
        assert own["account"] == account["id"]
        assert [key["id"] for key in client.get("/api/keys").json()["data"]] == [own["id"]]
        assert client.get(f"/api/keys/{foreign['id']}").status_code == 404
        assert client.delete(f"/api/keys/{foreign['id']}").status_code == 404
        for change in ({"rpm": 11}, {"models": ["gpt-realtime"]}):
            answer = client.patch(f"/api/keys/{own['id']}", json=change)
            assert answer.status_code == 403
            assert answer.json()["error"]["param"] == next(iter(change))
        assert client.get("/api/members").status_code == 403


def test_pages_of_many_keys(guarded: Relay, admin: httpx.Client) -> None:
    account = admin.post("/api/accounts", json={"name": "many keys"}).json()["data"]["id"]
    made = [make_key(admin, account=account, name=f"n{index}")["id"] for index in range(25)]
    seen, cursor = [], None
    while True:
        query = {"account": account, "limit": 10} | ({"cursor": cursor} if cursor else {})
        answer = admin.get("/api/keys", params=query).json()
        seen += [key["id"] for key in answer["data"]]
        if not (cursor := answer["metadata"]["next_cursor"]):
            break
    assert sorted(seen) == sorted(made)


def test_signing_in_is_throttled(guarded: Relay, admin: httpx.Client) -> None:
    make_member(admin, "guessed")
    statuses = []
    for attempt in range(12):
        answer = httpx.post(guarded.http + "/api/sign-in", json={"name": "guessed", "password": f"guess {attempt}"})
        statuses.append(answer.status_code)
    assert statuses[:5] == [401] * 5
    assert 429 in statuses[5:]
    answer = httpx.post(guarded.http + "/api/sign-in", json={"name": "guessed", "password": PASSWORD})
    if answer.status_code == 429:
        assert int(answer.headers["retry-after"]) >= 1
    # Others are not held up.
    make_member(admin, "not guessed")
    page(guarded, "not guessed").close()


def test_a_changed_password_ends_other_sign_ins(guarded: Relay, admin: httpx.Client) -> None:
    make_member(admin, "changing")
    other = page(guarded, "changing")
    with page(guarded, "changing") as client:
        body = {"current_password": PASSWORD, "new_password": PASSWORD + " new"}
        assert client.post("/api/password", json=body).status_code == 200
        assert client.get("/api/me").status_code == 200
        assert other.get("/api/me").status_code == 401
        assert client.post("/api/sign-out").status_code == 200
        assert client.get("/api/me").status_code == 401
    other.close()


@pytest.mark.parametrize("size", [65_000, 70_000, 5_000_000])
def test_bodies_are_bounded(guarded: Relay, admin: httpx.Client, size: int) -> None:
    answer = admin.post("/api/keys", json={"name": "x" * size})
    assert answer.status_code == (400 if size < 65_536 else 413)


def test_nothing_secret_comes_out(guarded: Relay, admin: httpx.Client) -> None:
    key = make_key(admin, name="canary")
    rotated = admin.post(f"/api/keys/{key['id']}/rotate", json={"overlap": 60}).json()["data"]
    make_member(admin, "canary", role="admin")
    client = page(guarded, "canary")
    cookie = client.cookies["longwire_session"]
    secrets = [ADMIN_KEY, PASSWORD, key["key"], rotated["key"], cookie, "scrypt", "upstream-secret-1f0e9d8c7b6a"]
    for asking in (admin, client, bearer(guarded, rotated["key"])):
        for path in (
            "/api/me", "/api/keys", f"/api/keys/{key['id']}", "/api/members", "/api/accounts", "/api/usage",
            "/api/usage/rows", "/api/usage.csv", "/api/sessions", "/api/upstreams", "/api/models", "/api/openapi.json",
        ):  # fmt: skip
            answer = asking.get(path)
            text = answer.text + str(answer.headers)
            for secret in secrets:
                assert secret not in text, path
    for secret in secrets[:5]:
        # Pasted where it does not belong, it does not come back.
        for answer in (
            admin.get(f"/api/keys/{secret}"), admin.get("/api/keys", params={secret: "x"}),
            admin.post("/api/keys", json={secret: "x"}), admin.patch(f"/api/keys/{key['id']}", json={"rpm": secret}),
        ):  # fmt: skip
            assert answer.status_code in (400, 404)
            if secret.startswith("sk-lw-"):
                assert secret not in answer.text
    for secret in secrets[:5]:
        assert secret not in guarded.output
    client.close()
