"""Who may make which call: every call of the document, asked for by everybody there is."""

import json

import httpx
import pytest

from callers import ADMIN_KEY, bearer, make_key, make_member, page
from processes import Relay

#: Calls that only admins may make.
ADMINS = {
    "createAccount", "updateAccount", "disableAccount", "enableAccount", "createMember", "listMembers", "getMember",
    "updateMember", "disableMember", "enableMember", "listUpstreams", "enableProviderKey",
}  # fmt: skip
#: Calls that the holder of a key may make.
HOLDERS = {"getMe", "signOut", "getUsage", "listUsageRows", "exportUsage"}
OPEN = {"signIn", "getDocument"}
#: Left out of the round because they end what the round needs.
ENDING = {"signOut", "changePassword"}


@pytest.fixture(scope="module")
def calls(nobody: httpx.Client) -> list[tuple[str, str, str]]:
    """Name, method and path of every call; ids are of nothing that exists."""
    document = nobody.get("/api/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            concrete = path
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    concrete = concrete.replace("{" + parameter["name"] + "}", "nothing_0")
            found.append((operation["operationId"], method.upper(), concrete))
    assert len(found) > 30
    return found


def ask(client: httpx.Client, method: str, path: str) -> int:
    """Asks for something that nobody can get: a body that fits no call, an id that leads nowhere."""
    has_body = method in ("POST", "PATCH")
    answer = client.request(method, path, json={"no such member": 1} if has_body else None)
    body = answer.text
    if answer.headers["content-type"].startswith("application/json") and "openapi" not in body[:40]:
        envelope = answer.json()
        assert set(envelope) == {"data", "error", "metadata"}
        assert envelope["metadata"]["request_id"] == answer.headers["x-request-id"]
        assert (envelope["error"] is None) == answer.is_success
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code


class TestRoles:
    def expect(self, client: httpx.Client, calls, allowed) -> None:
        for name, method, path in calls:
            if name in ENDING:
                continue
            status = ask(client, method, path)
            if name in OPEN or allowed(name):
                assert status in (200, 400, 404, 409), f"{name}: {status}"
            else:
                assert status in (401, 403), f"{name}: {status}"

    def test_admin_key(self, admin: httpx.Client, calls) -> None:
        self.expect(admin, calls, lambda name: True)

    def test_admin_by_cookie(self, guarded: Relay, admin: httpx.Client, calls) -> None:
        make_member(admin, "roles-admin", role="admin")
        with page(guarded, "roles-admin") as client:
            self.expect(client, calls, lambda name: True)

    def test_member_by_cookie(self, guarded: Relay, admin: httpx.Client, calls) -> None:
        make_member(admin, "roles-member")
        with page(guarded, "roles-member") as client:
            self.expect(client, calls, lambda name: name not in ADMINS)

    def test_holder_of_a_key(self, guarded: Relay, admin: httpx.Client, calls) -> None:
        with bearer(guarded, make_key(admin)["key"]) as client:
            self.expect(client, calls, lambda name: name in HOLDERS)

    def test_nobody(self, nobody: httpx.Client, calls) -> None:
        self.expect(nobody, calls, lambda name: False)
        assert nobody.get("/api/me").status_code == 401

    @pytest.mark.parametrize(
        "shown",
        [
            "x", ADMIN_KEY[:-1], ADMIN_KEY + "x", ADMIN_KEY.upper(), "sk-lw-" + "0" * 38,
            "ek_lw_" + "0" * 38, "é" * 5,
        ],
    )  # fmt: skip
    def test_somebody_unknown(self, guarded: Relay, calls, shown: str) -> None:
        client = httpx.Client(base_url=guarded.http, headers={"authorization": f"Bearer {shown}".encode()})
        with client:
            self.expect(client, calls, lambda name: False)

    def test_whoever_sits_here(self, unguarded: Relay, calls) -> None:
        with httpx.Client(base_url=unguarded.http) as client:
            self.expect(client, calls, lambda name: True)
            assert client.get("/api/me").json()["data"]["via"] == "loopback"

    def test_other_carriers_of_keys_do_not_count(self, guarded: Relay, nobody: httpx.Client) -> None:
        for name in ("x-api-key", "api-key", "x-goog-api-key"):
            assert nobody.get("/api/keys", headers={name: ADMIN_KEY}).status_code == 401
        assert nobody.get("/api/keys", params={"key": ADMIN_KEY}).status_code == 401


class TestPages:
    """Pages of other origins: forged requests, and names that were rebound to this machine."""

    CROSS = [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
    ]

    @pytest.mark.parametrize("fields", CROSS)
    def test_forged_requests_on_loopback(self, unguarded: Relay, fields: dict) -> None:
        for method, path in (("GET", "/api/keys"), ("POST", "/api/keys")):
            body = {"name": "forged"} if method == "POST" else None
            answer = httpx.request(method, unguarded.http + path, json=body, headers=fields)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "cross_site_request"
        names = [key["name"] for key in httpx.get(unguarded.http + "/api/keys").json()["data"]]
        assert "forged" not in names

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "192.0.2.1:80"])
    def test_rebound_names(self, unguarded: Relay, host: str) -> None:
        answer = httpx.get(unguarded.http + "/api/keys", headers={"host": host})
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "host_not_allowed"

    @pytest.mark.parametrize("field", ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
    def test_proxies(self, unguarded: Relay, field: str) -> None:
        assert httpx.get(unguarded.http + "/api/keys", headers={field: "for=192.0.2.1"}).status_code == 403

    @pytest.mark.parametrize("fields", [*CROSS, {"sec-fetch-site": "none"}, {}])
    def test_a_cookie_alone_changes_nothing(self, guarded: Relay, admin: httpx.Client, fields: dict) -> None:
        make_member(admin, "victim")
        with page(guarded, "victim") as client:
            del client.headers["sec-fetch-site"]
            answer = client.post("/api/keys", json={"name": "forged"}, headers=fields)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "cross_site_request"
            assert client.post("/api/keys", json={"name": "own"}, headers={"origin": guarded.http}).status_code == 201

    def test_forms_are_no_json(self, unguarded: Relay) -> None:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            answer = httpx.post(
                unguarded.http + "/api/keys", content=json.dumps({"name": "x"}), headers={"content-type": kind}
            )
            assert answer.status_code == 415

    def test_no_page_elsewhere_is_let_read(self, admin: httpx.Client) -> None:
        answer = admin.options("/api/keys", headers={"origin": "http://evil.example"})
        assert answer.status_code == 204
        assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_the_cookie_is_out_of_reach(self, guarded: Relay, admin: httpx.Client, tls) -> None:
        make_member(admin, "cookie")
        body = {"name": "cookie", "password": "password canary 71f0"}
        plain = httpx.post(guarded.http + "/api/sign-in", json=body).headers["set-cookie"]
        secure = httpx.post(guarded.https + "/api/sign-in", json=body, verify=tls).headers["set-cookie"]
        for attribute in ("HttpOnly", "SameSite=Strict", "Path=/"):
            assert attribute in plain and attribute in secure
        assert "Secure" not in plain and "Secure" in secure
