"""Those who call the API: the holder of the admin key, holders of keys, members on a page of ours."""

import httpx

from processes import Relay

ADMIN_KEY = "admin-key-canary-5d1c9f0b7e3a"
PASSWORD = "password canary 71f0"


def bearer(relay: Relay, key: str) -> httpx.Client:
    return httpx.Client(base_url=relay.http, headers={"authorization": f"Bearer {key}"})


def page(relay: Relay, name: str, password: str = PASSWORD) -> httpx.Client:
    """A page of ours after signing in: cookies, and the field that browsers add to what scripts ask."""
    answer = httpx.post(relay.http + "/api/sign-in", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    client = httpx.Client(base_url=relay.http, headers={"sec-fetch-site": "same-origin"})
    client.cookies.extract_cookies(answer)
    return client


def make_member(admin: httpx.Client, name: str, role: str = "member", account: str = "default") -> str:
    answer = admin.post(
        "/api/members", json={"name": name, "password": PASSWORD, "role": role, "account": account}
    )
    assert answer.status_code in (201, 409), answer.text
    return name


def make_key(admin: httpx.Client, **options) -> dict:
    answer = admin.post("/api/keys", json={"name": "key"} | options)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]
