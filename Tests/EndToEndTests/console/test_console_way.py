"""The whole way from an empty store: talk, make a key, see what it cost, set a budget that acts, revoke, end."""

import re

from playwright.sync_api import Page, expect


def say(page: Page, words: str) -> None:
    page.get_by_label("Write a message").fill(words)
    page.keyboard.press("Enter")


def last_answer(page: Page):
    return page.locator(".item.assistant").last


def choose_key(page: Page, name: str) -> None:
    field = page.get_by_label("Paid by key")
    expect(field.locator("option", has_text=name)).to_be_attached()
    field.select_option(label=field.locator("option", has_text=name).inner_text())


def test_first_run_opens_the_playground_and_talks(console, visit):
    at = visit(console())
    page = at.open()
    expect(page.get_by_role("heading", name="Realtime")).to_be_visible()
    expect(page.get_by_label("Paid by key")).to_contain_text("first key")
    say(page, "hello console")
    expect(last_answer(page)).to_contain_text("hello console")
    facts = last_answer(page).locator(".facts")
    expect(facts).to_contain_text(re.compile(r"First text\s*[\d.]+ m?s"))
    expect(facts).to_contain_text(re.compile(r"First sound\s*[\d.]+ m?s"))
    expect(facts).to_contain_text(re.compile(r"Audio out\s*\d+"))
    expect(facts).to_contain_text(re.compile(r"Cost\s*\$0\.00\d+"))
    page.get_by_role("tab", name="Events").click()
    expect(page.locator(".event", has_text="response.done")).to_be_visible()
    at.picture("way-talk")


def test_speech_is_heard_transcribed_and_answered(console, visit):
    at = visit(console())
    page = at.open()
    # What the loudspeaker is given is counted at its door.
    page.add_init_script("""
        const post = MessagePort.prototype.postMessage;
        globalThis.played = 0;
        MessagePort.prototype.postMessage = function (data, ...rest) {
            if (data?.samples) globalThis.played += data.samples.length;
            return post.call(this, data, ...rest);
        };
    """)
    page.reload()
    page.get_by_role("button", name="Speak").click()
    expect(page.locator(".item.user")).to_contain_text("simulated transcript")
    expect(last_answer(page)).to_contain_text(re.compile(r"I heard [\d.]+ seconds"))
    page.wait_for_function("globalThis.played > 24000")
    expect(last_answer(page).locator(".facts")).to_contain_text(re.compile(r"Audio in\s*\d+"))
    at.picture("way-speech")
    page.get_by_role("button", name="Stop speaking").click()
    expect(page.get_by_role("button", name="Speak")).to_be_visible()


def test_barge_in_stops_playback_and_truncates(console, visit):
    page = visit(console()).open()
    say(page, "say exactly: " + "one two three four five six seven eight nine ten " * 4)
    expect(last_answer(page)).to_contain_text("four")
    page.wait_for_timeout(600)
    page.get_by_label("Write a message").fill("stop it")
    page.keyboard.press("Enter")
    expect(page.locator(".mark-note", has_text="Interrupted after")).to_be_visible()
    page.get_by_role("tab", name="Events").click()
    page.get_by_label("Filter events").fill("truncate")
    expect(page.locator(".event.out", has_text="conversation.item.truncate")).to_be_visible()
    expect(page.locator(".event.in", has_text="conversation.item.truncated")).to_be_visible()


def test_functions_are_answered_by_hand(console, visit):
    page = visit(console()).open()
    page.get_by_role("button", name="Add an example").click()
    say(page, "What is the weather in Beijing?")
    call = page.locator(".item.call")
    expect(call).to_contain_text("get_weather")
    expect(call.locator("pre")).to_contain_text("location")
    call.get_by_label("Its result").fill('{"degrees": 21}')
    call.get_by_role("button", name="Send the result").click()
    expect(last_answer(page)).to_contain_text("21")


def test_a_budget_acts_and_a_revoked_key_ends_its_session(console, visit):
    at = visit(console())
    page = at.open("keys")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("phone bot")
    dialog.get_by_role("button", name="Make a key").click()
    text = page.get_by_label("The key", exact=True)
    expect(text).to_have_text(re.compile(r"sk-lw-\w{30,}"))
    at.picture("way-key-once")
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text.inner_text()
    page.get_by_role("button", name="Talk with it").click()

    expect(page.get_by_label("Paid by key")).to_contain_text("phone bot")
    say(page, "hello budget")
    expect(last_answer(page).locator(".facts")).to_contain_text("Cost")

    set_budget(page, "phone bot", "0.000001")
    expect(page.get_by_role("row", name=re.compile("phone bot"))).to_contain_text("Budget used up")
    at.picture("way-budget")
    page.get_by_role("link", name="Realtime").click()
    choose_key(page, "phone bot")
    say(page, "hello again")
    expect(page.locator(".note.bad").first).to_contain_text(re.compile("budget|quota|spent", re.IGNORECASE))
    set_budget(page, "phone bot", "5")

    # A second page talks; the first one watches it and takes the key away.
    other = visit_again(at)
    choose_key(other, "phone bot")
    say(other, "hello session")
    expect(last_answer(other)).to_contain_text("hello session")
    page.get_by_role("link", name="Sessions").click()
    row = page.get_by_role("row", name=re.compile("phone bot"))
    expect(row).to_contain_text("sim-realtime")
    at.picture("way-session")
    page.get_by_role("link", name="Keys").click()
    page.get_by_role("button", name=re.compile("phone bot")).click()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog", name=re.compile("Revoke")).get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("button", name=re.compile("phone bot"))).to_have_count(0)
    expect(other.locator(".talk-status")).to_contain_text("Disconnected")
    # The error and the end that it brings are told as one.
    expect(other.locator(".note.bad")).to_have_count(1)
    expect(other.locator(".note.bad")).to_contain_text(re.compile("code 3000"))


def visit_again(at) -> Page:
    page = at.context.new_page()
    page.goto(at.origin + "/")
    return page


def set_budget(page: Page, name: str, dollars: str) -> None:
    page.get_by_role("link", name="Keys").click()
    page.get_by_role("button", name=re.compile(name)).click()
    page.get_by_role("button", name="Change").click()
    form = page.get_by_role("dialog", name="Change")
    form.get_by_label("Budget (USD)").fill(dollars)
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text(" of ")


def test_a_conversation_outlives_a_look_at_another_page(console, visit):
    page = visit(console()).open()
    say(page, "hello there")
    expect(last_answer(page).locator(".facts")).to_contain_text("Cost")
    page.get_by_role("link", name="Chat").click()
    page.get_by_label("System prompt").fill("Be brief.")
    page.get_by_role("link", name="Realtime").click()
    expect(page.locator(".item.assistant")).to_contain_text("hello there")
    expect(page.locator(".talk-status")).to_contain_text("Connected")
    page.get_by_label("Model", exact=True).select_option("sim-slow")
    expect(page.get_by_text("Takes effect with a new session.")).to_be_visible()
    page.get_by_role("button", name="Reconnect").click()
    expect(page.get_by_text("Takes effect with a new session.")).to_be_hidden()
    expect(page.locator(".talk-status")).to_contain_text("Connected")
    page.reload()
    page.get_by_role("link", name="Chat").click()
    assert page.get_by_label("System prompt").input_value() == "Be brief."


def test_a_key_for_chat_alone_talks_to_its_models_in_writing(console, visit):
    relay = console()
    with relay.api() as owner:
        owner.post("/api/keys", json={"name": "chat only", "models": ["sim-chat*"]})
        owner.post("/api/keys", json={"name": "nothing here", "models": ["elsewhere"]})
    page = visit(relay).open()
    # The oldest pays until somebody chooses another.
    expect(page.get_by_label("Paid by key").locator("option:checked")).to_contain_text("first key")
    choose_key(page, "chat only")
    expect(page.get_by_label("Model", exact=True)).to_have_value("sim-chat")
    expect(page.get_by_label("Model", exact=True).locator("option")).to_have_count(2)
    say(page, "hello there")
    expect(last_answer(page)).to_contain_text("hello there")
    expect(last_answer(page).locator(".facts")).to_contain_text("Cost")
    page.get_by_role("button", name="Speak").click()
    expect(page.get_by_text("This model has nothing to hear with").first).to_be_visible()
    expect(page.get_by_role("button", name="Speak")).to_be_visible()
    choose_key(page, "nothing here")
    expect(page.get_by_text("This key may use no realtime model.")).to_be_visible()
    expect(page.get_by_label("Model", exact=True).locator("option")).to_have_count(1)
    page.get_by_text("This key may use no realtime model.").get_by_role("link", name="Chat").click()
    expect(page.get_by_label("Paid by key").locator("option:checked")).to_contain_text("nothing here")


def test_a_session_is_ended_by_the_operator(console, visit):
    at = visit(console())
    page = at.open()
    say(page, "hello")
    expect(last_answer(page)).to_contain_text("hello")
    operator = visit_again(at)
    operator.goto(at.origin + "/#/sessions")
    operator.get_by_role("button", name="Look at this session").or_(operator.locator(".row-open")).first.click()
    expect(operator.get_by_role("dialog")).to_contain_text("Completed")
    say(page, "hello watcher")
    expect(operator.get_by_role("region", name="Messages")).to_contain_text("response.done")
    expect(operator.get_by_role("region", name="Messages")).not_to_contain_text("watcher")
    at.picture("way-watch", operator)
    operator.keyboard.press("Escape")
    operator.get_by_role("button", name="End").click()
    operator.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(operator.locator(".blank")).to_contain_text("No session is open")
    expect(page.locator(".talk-status")).to_contain_text("Disconnected")
    expect(page.locator(".note").last).to_contain_text("code 1008")


def test_a_key_that_is_seen_once_is_not_lost_by_a_stray_press(console, visit):
    page = visit(console()).open("keys")
    page.get_by_role("button", name="Make a key").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("careful")
    page.mouse.click(5, 5)
    expect(form.get_by_label("Name")).to_have_value("careful")
    form.get_by_role("button", name="Make a key").click()
    text = page.get_by_label("The key", exact=True)
    expect(text).to_be_visible()
    page.mouse.click(5, 5)
    for _ in range(2):
        page.keyboard.press("Escape")
        asked = page.get_by_role("dialog", name="Close without the key?")
        expect(asked).to_be_visible()
        asked.get_by_role("button", name="Cancel").click()
        expect(text).to_be_visible()
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_key_is_rotated(console, visit):
    relay = console()
    page = visit(relay).open("keys")
    page.get_by_role("button", name=re.compile("first key")).click()
    page.get_by_role("button", name="Rotate").click()
    page.get_by_role("dialog", name="Rotate").get_by_role("button", name="Rotate").click()
    text = page.get_by_label("The key", exact=True).inner_text()
    with relay.api(authorization=f"Bearer {text}") as client:
        assert client.get("/v1/models").status_code == 200
