"""The chat playground: streaming, pictures, functions, code."""

import base64
import re

from playwright.sync_api import Page, expect

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def ask(page: Page, words: str) -> None:
    page.get_by_label("Write a message").fill(words)
    page.keyboard.press("Enter")


def test_an_answer_streams_and_shows_what_it_cost(console, visit):
    at = visit(console())
    page = at.open("chat")
    ask(page, "hello chat")
    answer = page.locator(".item.assistant").last
    expect(answer).to_contain_text("hello chat")
    expect(answer.locator(".facts")).to_contain_text(re.compile(r"Input\s*\d+.*Output\s*\d+.*Cost\s*\$0\.00\d+"))
    at.picture("chat-answer")


def test_a_picture_is_pasted_and_sent(console, visit):
    page = visit(console()).open("chat")
    expect(page.locator(".composer")).to_be_visible()
    page.evaluate(
        """data => {
            const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "dot.png", { type: "image/png" }));
            document.querySelector(".composer").dispatchEvent(new ClipboardEvent("paste",
                { clipboardData: files, bubbles: true, cancelable: true }));
        }""",
        PICTURE,
    )
    expect(page.get_by_alt_text("dot.png")).to_be_visible()
    ask(page, "What is this?")
    expect(page.get_by_alt_text("A picture you sent")).to_be_visible()
    expect(page.locator(".item.assistant").last).to_contain_text(re.compile("png", re.IGNORECASE))


def test_a_picture_is_dropped_anywhere_on_the_page(console, visit):
    page = visit(console()).open("chat")
    expect(page.locator(".side-panel")).to_be_visible()
    drag = """([type, place, data, name, kind]) => {
        const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
        const files = new DataTransfer();
        files.items.add(new File([bytes], name, { type: kind }));
        document.querySelector(place).dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
    }"""
    for type in ("dragenter", "dragover"):
        page.evaluate(drag, [type, ".side-panel", PICTURE, "dot.png", "image/png"])
    expect(page.get_by_text("Drop pictures here")).to_be_visible()
    page.evaluate(drag, ["drop", ".side-panel", PICTURE, "dot.png", "image/png"])
    expect(page.get_by_text("Drop pictures here")).to_be_hidden()
    expect(page.get_by_alt_text("dot.png")).to_be_visible()
    page.evaluate(drag, ["drop", ".transcript", PICTURE, "notes.txt", "text/plain"])
    expect(page.get_by_role("status").filter(has_text="notes.txt is no picture")).to_be_visible()
    expect(page.locator(".images.pending img")).to_have_count(1)


def test_a_picture_is_chosen_as_a_file(console, visit):
    page = visit(console()).open("chat")
    page.locator("input[type=file]").set_input_files(
        {"name": "dot.png", "mimeType": "image/png", "buffer": base64.b64decode(PICTURE)}
    )
    page.get_by_role("button", name="Remove dot.png").click()
    expect(page.get_by_alt_text("dot.png")).to_have_count(0)


def test_functions_are_answered_by_hand(console, visit):
    page = visit(console()).open("chat")
    page.get_by_role("button", name="Add an example").click()
    ask(page, "What is the weather in Beijing?")
    call = page.locator(".item.call")
    expect(call).to_contain_text("get_weather")
    call.get_by_label("Its result").fill('{"degrees": 21}')
    call.get_by_role("button", name="Send the result").click()
    expect(page.locator(".item.assistant").last).to_contain_text("21")


def test_the_code_is_the_request(console, visit):
    at = visit(console())
    page = at.open("chat")
    page.get_by_label("System prompt").fill("It's short.")
    ask(page, "hello code")
    expect(page.locator(".item.assistant .facts")).to_contain_text("Cost")
    page.get_by_role("button", name="Code").click()
    code = page.get_by_role("dialog").locator("pre")
    expect(code).to_contain_text("$LONGWIRE_API_KEY")
    expect(code).to_contain_text("hello code")
    page.get_by_role("tab", name="Python").click()
    compile(code.inner_text(), "snippet.py", "exec")
    assert "It's short." in code.inner_text()
    at.picture("chat-code")
