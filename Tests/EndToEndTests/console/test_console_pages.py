"""Every page in both languages, both themes, on a desktop and on a phone: nothing wrong, nothing wide, nothing foreign."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ledger_rows import fill_ledger
from console_stage import DESKTOP, PHONE, WIDE, ConsoleRelay

PAGES = Path(__file__).resolve().parents[3] / "Sources" / "Console" / "Pages"
VIEWS = ("talk", "chat", "sessions", "keys", "usage", "upstreams", "accounts")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OVERFLOWS = """() => [document.documentElement, document.querySelector("main")]
    .some(element => element.scrollWidth > element.clientWidth + 1)"""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory) -> ConsoleRelay:
    """A relay that has been used."""
    relay = ConsoleRelay(tmp_path_factory.mktemp("furnished"))
    fill_ledger(relay)
    yield relay
    relay.stop()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page(furnished: ConsoleRelay, visit, language: str, scheme: str, size):
    at = visit(furnished, language=language, scheme=scheme, size=size)
    for view in VIEWS:
        page = at.open(view)
        expect(page.locator(f'main[data-view="{view}"] :is(.page, .playground)')).to_be_visible()
        page.wait_for_load_state("networkidle") if view not in ("sessions",) else page.wait_for_timeout(400)
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        at.picture(f"{view}-{language[:2]}-{scheme}-{'phone' if size == PHONE else 'desktop'}")
        assert page.evaluate("document.documentElement.lang") == language
        assert not page.evaluate(OVERFLOWS), f"{view} is wider than the window"
        # A key of the words that has none would be shown as it is.
        shown = page.locator("main").inner_text()
        assert not re.search(r"\b(nav|talk|keys|usage|sessions|models|upstreams|settings)\.[a-z]\w+\b", shown), shown
        if language == "en-GB":
            # What axe looks at is not the words.
            results = Axe().run(page, options=RULES)
            assert not results.response["violations"], results.generate_report()


def test_a_wide_window_shows_settings_and_events_at_once(furnished: ConsoleRelay, visit):
    at = visit(furnished, size=WIDE)
    page = at.open()
    page.get_by_label("Instructions").fill("Be brief.")
    page.get_by_label("Write a message").fill("hello width")
    page.keyboard.press("Enter")
    expect(page.locator(".event", has_text="response.done")).to_be_visible()
    at.picture("talk-wide")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    expect(page.get_by_role("tab", name="Events")).to_be_visible()
    assert page.get_by_label("Instructions").input_value() == "Be brief."


def test_both_languages_have_the_same_words():
    def words(name: str) -> dict[str, str]:
        return dict(re.findall(r'"([\w.]+)": "((?:[^"\\]|\\.)*)"', (PAGES / "words" / name).read_text()))

    english, chinese = words("english.js"), words("chinese.js")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", chinese[key])), key


def test_every_word_is_there_and_used():
    english = set(re.findall(r'"([\w.]+)": "', (PAGES / "words" / "english.js").read_text()))
    scripts = "".join(path.read_text() for path in PAGES.rglob("*.js") if path.parent.name != "words")
    asked = set(re.findall(r'\bt\("([\w.]+)"', scripts))
    assert asked <= english, asked - english
    made = tuple(re.findall(r"t?\(?`([\w.]+\.)\$\{", scripts)) + ("talk.idea", "chat.idea", "disableSure", "disableWhat")
    unused = {key for key in english - asked if f'"{key}"' not in scripts and not key.startswith(made)
              and not key.endswith(made)}  # fmt: skip
    assert not unused


def test_keyboard_alone(furnished: ConsoleRelay, visit):
    page = visit(furnished).open("keys")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Make a key")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Usage").focus()
    page.keyboard.press("Enter")
    chart = page.locator(".chart svg[role=img]").first
    chart.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".chart-tip").first).to_be_visible()


def test_usage_is_filtered_paged_and_saved(furnished: ConsoleRelay, visit, tmp_path):
    page = visit(furnished).open("usage")
    expect(page.locator(".tile").nth(1)).to_contain_text(re.compile(r"[1-9]"))
    rows = page.get_by_role("region", name="Every turn and request")
    newest = rows.get_by_role("row").nth(1).inner_text()
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    assert rows.get_by_role("row").nth(1).inner_text() != newest
    page.get_by_label("Told apart by").select_option("key")
    expect(page.get_by_role("region", name="Sums")).to_contain_text("first key")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as CSV").click()
    saved = tmp_path / "usage.csv"
    saving.value.save_as(saved)
    assert saved.read_text().startswith("number,started_at,")


def test_another_range_shows_no_figures_of_the_one_before(furnished: ConsoleRelay, visit):
    at = visit(furnished)
    at.expected = ("ERR_FAILED",)
    page = at.open("usage")
    results = page.locator(".results").first
    expect(page.locator(".tile").nth(1)).to_contain_text(re.compile(r"[1-9]"))
    expect(results).not_to_have_attribute("aria-busy", "true")
    held = []
    page.route("**/api/usage?*since=7d*", lambda route: held.append(route))
    page.get_by_label("Time", exact=True).select_option("7d")
    expect(results).to_have_attribute("aria-busy", "true")
    for _ in range(1000):
        if not held:
            page.wait_for_timeout(20)
    page.get_by_label("Time", exact=True).select_option("30d")
    expect(results).not_to_have_attribute("aria-busy", "true")
    # The one that was given up is given up in the browser, too.
    assert held
    page.unroute_all(behavior="ignoreErrors")
    page.route("**/api/usage?*", lambda route: route.abort())
    page.get_by_label("Time", exact=True).select_option("90d")
    expect(results).to_be_hidden()
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Try again").click()
    expect(results).to_be_visible()


def test_a_thousand_keys(furnished: ConsoleRelay, visit):
    with furnished.api() as owner:
        for number in range(1_000):
            assert owner.post("/api/keys", json={"name": f"many {number:04}"}).status_code == 201
    page = visit(furnished).open("keys")
    expect(page.get_by_role("row")).to_have_count(51)
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    page.get_by_label("Search").fill("many 0007")
    expect(page.get_by_role("row")).to_have_count(2)
