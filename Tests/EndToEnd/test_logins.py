"""PAM's conversations in the browser: codes, expired passwords, refusals."""
import re
import time

from playwright.sync_api import expect

import confidential
from looking import look

INSIDE = re.compile("/hub/(home|spawn|spawn-pending)|/user/")


def test_a_one_time_code_is_asked_for(site, people, page):
    site.log_in(page, people.otto)
    code = page.get_by_label(re.compile("One-time password", re.I))
    expect(code).to_be_visible()
    look(page, "login-code")
    code.fill(people.one_time_code())
    page.keyboard.press("Enter")
    expect(page).to_have_url(INSIDE)


def test_a_wrong_code_is_refused(site, people, page):
    site.log_in(page, people.otto)
    page.get_by_label(re.compile("One-time password", re.I)).fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "login-refused")
    expect(page).to_have_url(re.compile("/hub/login"))


def test_an_expired_password_is_changed_on_the_way(site, people, page):
    erna = people.erna
    site.log_in(page, erna)
    old, new = erna.password, confidential.note("new password", "Quite-another-8431")
    # pam_unix may ask for the present password first, then twice for the new one.
    for _ in range(4):
        out = page.get_by_role("button", name="Log out", exact=True)
        expect(page.locator("input[type=password]").or_(out).first).to_be_visible()
        if INSIDE.search(page.url):
            break
        field = page.locator("input[type=password]").first
        label = page.locator(f"label[for={field.get_attribute('id')}]").inner_text()
        if re.search("new", label, re.I):
            look(page, "login-expired")
        field.fill(old if re.search("current", label, re.I) else new)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page).to_have_url(INSIDE)
    erna.password = new
    page.context.clear_cookies()
    site.log_in(page, erna)
    expect(page).to_have_url(INSIDE)


def test_root_and_strangers_are_refused_in_the_same_words_and_time(site, people, page):
    words, times = set(), []
    for name in ("root", "daemon", "nobody-of-that-name", people.bob.name):
        page.goto(f"{site.url}/hub/login")
        page.get_by_label("Account").fill(name)
        page.get_by_label("Password").fill("wrong")
        begun = time.monotonic()
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        times.append(time.monotonic() - begun)
        words.add(page.get_by_role("alert").inner_text())
    assert len(words) == 1
    # The half second is configured; what varies is the browser's.
    assert min(times) >= 0.5 and max(times) - min(times) < 0.5, times
    log = site.log.read_text()
    assert "“root” from 127.0.0.1 was refused: it is root" in log
