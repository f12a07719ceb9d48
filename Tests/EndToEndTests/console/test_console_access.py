"""Who gets in, and what a page of another origin gets."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from console_stage import Watched

ADMIN_KEY = "admin-key-canary-8c2b6d1e"
PASSWORD = "password canary 71f0"


@pytest.fixture
def guarded(console):
    relay = console(f"admin_key: {ADMIN_KEY}\n")
    with relay.api(authorization=f"Bearer {ADMIN_KEY}") as admin:
        for name, role in (("ada", "admin"), ("bob", "member")):
            made = admin.post("/api/members", json={"name": name, "password": PASSWORD, "role": role})
            assert made.status_code == 201
    return relay


def at_the_door(visit, relay) -> Watched:
    at = visit(relay)
    # Nobody is known yet, and the browser says so.
    at.expected = ("401",)
    return at


def sign_in(at: Watched, name: str, password: str = PASSWORD) -> None:
    page = at.open()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").first.click()


def test_a_member_signs_in_and_sees_what_is_theirs(guarded, visit):
    at = at_the_door(visit, guarded)
    sign_in(at, "bob", "not the password")
    expect(at.page.get_by_role("alert")).to_contain_text("wrong")
    at.picture("sign-in")
    sign_in(at, "bob")
    expect(at.page.get_by_role("heading", name="Realtime")).to_be_visible()
    expect(at.page.get_by_role("link", name="Accounts & members")).to_have_count(0)
    at.page.get_by_role("button", name="Change the password").click()
    at.page.get_by_label("Password now").fill(PASSWORD)
    at.page.get_by_label("New password").fill(PASSWORD + " two")
    at.page.get_by_role("button", name="Save").click()
    expect(at.page.get_by_role("status").filter(has_text="changed")).to_be_visible()
    # The page loads itself anew; to go elsewhere meanwhile would break that off.
    with at.page.expect_event("load"):
        at.page.get_by_role("button", name="Sign out").click()
    expect(at.page.get_by_label("Password")).to_be_visible()
    sign_in(at, "bob", PASSWORD + " two")
    expect(at.page.get_by_role("heading", name="Realtime")).to_be_visible()


def test_a_sign_in_that_ended_is_told_and_comes_back_to_the_same_page(guarded, visit):
    at = at_the_door(visit, guarded)
    sign_in(at, "ada")
    expect(at.page.get_by_role("heading", name="Realtime")).to_be_visible()
    # What the page has asked for is there: no answer to that ends the sign-in.
    at.page.wait_for_load_state("networkidle")
    at.context.clear_cookies()
    at.page.get_by_role("link", name="Usage").click()
    expect(at.page.get_by_role("alert")).to_contain_text("Your sign-in has ended")
    at.page.get_by_label("Name").fill("ada")
    at.page.get_by_label("Password").fill(PASSWORD)
    at.page.get_by_role("button", name="Sign in").first.click()
    expect(at.page.get_by_role("heading", name="Usage")).to_be_visible()
    assert at.page.url.endswith("#/usage")


def test_an_admin_signs_in_and_makes_a_member(guarded, visit):
    at = at_the_door(visit, guarded)
    sign_in(at, "ada")
    page = at.page
    page.get_by_role("link", name="Accounts & members").click()
    page.get_by_role("button", name="Make an account").click()
    page.get_by_role("dialog").get_by_label("Account", exact=True).fill("speech team")
    page.get_by_role("dialog").get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("row", name=re.compile("speech team"))).to_be_visible()
    page.get_by_role("button", name="Add a member").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("eve")
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_label("Account").select_option(label="speech team")
    dialog.get_by_role("button", name="Add a member").click()
    expect(page.get_by_role("row", name=re.compile("eve.*speech team"))).to_be_visible()
    at.picture("accounts")


def test_keys_get_in(guarded, visit):
    at = at_the_door(visit, guarded)
    page = at.open()
    page.get_by_label("Key", exact=True).fill(ADMIN_KEY)
    page.get_by_role("button", name="Sign in").last.click()
    expect(page.get_by_text("Admin key")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    with guarded.api(authorization=f"Bearer {ADMIN_KEY}") as admin:
        key = admin.post("/api/keys", json={"name": "only this"}).json()["data"]["key"]
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Sign in").last.click()
    expect(page.get_by_text("Key only")).to_be_visible()
    expect(page.get_by_role("link", name="Keys")).to_have_count(0)
    page.get_by_label("Write a message").fill("hello holder")
    page.keyboard.press("Enter")
    expect(page.locator(".item.assistant").last).to_contain_text("hello holder")
    page.get_by_role("link", name="Chat").click()
    page.get_by_label("Write a message").fill("hello chat")
    page.keyboard.press("Enter")
    expect(page.locator(".item.assistant").last).to_contain_text("hello chat")
    page.get_by_role("link", name="Usage").click()
    expect(page.locator(".tile").first).to_contain_text("$0.0")


def test_a_foreign_page_gets_nothing(console, browser, tmp_path):
    relay, stranger = console(), console()
    context = browser.new_context()
    page = context.new_page()
    # The other relay's page is another origin, on this very machine.
    page.goto(stranger.http + "/healthz")
    for path, options in (("/api/keys", {}), ("/api/keys", {"method": "POST", "body": '{"name":"x"}'})):
        told = page.evaluate(
            "([url, options]) => fetch(url, { ...options, mode: 'no-cors' }).then(answer => answer.type, () => 'failed')",
            [relay.http + path, options],
        )
        assert told in ("opaque", "failed")
    page.set_content(f'<iframe src="{relay.http}/"></iframe>')
    page.wait_for_timeout(500)
    assert page.frames[-1].locator("main").count() == 0
    context.close()
    with relay.api() as owner:
        assert [key["name"] for key in owner.get("/api/keys").json()["data"]] == ["first key"]
        refused = owner.post("/api/keys", json={"name": "x"}, headers={"origin": "http://evil.example"})
        assert refused.status_code == 403


def test_origins_do_not_shut_the_console_out(console, visit):
    relay = console('origins: ["https://app.example.com"]\n')
    page = visit(relay).open()
    page.get_by_label("Write a message").fill("hello origin")
    page.keyboard.press("Enter")
    expect(page.locator(".item.assistant").last).to_contain_text("hello origin")


def test_pages_say_who_may_use_them(console):
    relay = console()
    answer = httpx.get(relay.http + "/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert httpx.get(relay.http + "/", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert httpx.get(relay.http + "/", headers={"host": "rebound.example"}).status_code == 403
    assert httpx.get(relay.http + "/", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 403
