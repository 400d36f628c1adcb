"""Every page, as a person meets it: wide and on a phone, light and dark, by keyboard, and looked at by axe."""
import re
import shutil
import sqlite3
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from conftest import ARTIFACTS, picture
from test_main_job import wait_for

USER_PAGES = ["/hub/home", "/hub/spawn/{name}?choose", "/hub/token", "/hub/environments/new", "/hub/environments/work",
              "/hub/environments/work/edit", "/hub/environments/work/diff", "/hub/environments/work/explain?package=pip",
              "/hub/environments/work/remove", "/hub/updates", "/hub/no-such-page"]
ADMIN_PAGES = ["/hub/admin", "/hub/admin/users", "/hub/admin/groups", "/hub/admin/servers", "/hub/admin/limits",
               "/hub/admin/environments", "/hub/admin/builds", "/hub/admin/storage", "/hub/admin/images", "/hub/admin/audit",
               "/hub/admin/notices"]
WINDOWS = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def look(page, name):
    """Takes a picture, lets axe look, and finds what is wider than the window."""
    picture(page, name)
    found = Axe().run(page).response["violations"]
    serious = [f"{rule['id']}: {rule['help']} ({rule['nodes'][0]['html'][:120]})" for rule in found
               if rule["impact"] in ("serious", "critical")]
    assert not serious, (name, serious)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_fit_for_everybody(site, people, alices_environment, chromium, window, scheme):
    context = chromium.new_context(ignore_https_errors=True, viewport=WINDOWS[window], color_scheme=scheme)
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith((site.url, "data:")) else None)
    page.goto(f"{site.url}/hub/login")
    look(page, f"pages-{window}-{scheme}-login")
    for person, paths in ((people.alice, USER_PAGES), (people.ada, ADMIN_PAGES)):
        context.clear_cookies()
        site.log_in(page, person)
        for path in paths:
            page.goto(site.url + path.format(name=person.name))
            look(page, f"pages-{window}-{scheme}-{re.sub('[^a-z]+', '-', path.lower()).strip('-')}")
    assert not complaints, complaints
    context.close()


def test_a_start_and_a_stop_by_keyboard_alone(site, people, alices_environment, page):
    alice = people.alice
    page.goto(f"{site.url}/hub/login?next=/hub/home")
    page.keyboard.type(alice.name)  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(alice.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/hub/home"))
    if page.get_by_role("button", name="Stop").count():
        press(page, "Stop")
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=30_000)
    page.goto(f"{site.url}/hub/home")
    press(page, "Start")
    expect(page).to_have_url(re.compile("/user/.*/lab"), timeout=60_000)
    page.goto(f"{site.url}/hub/home")
    press(page, "Stop")
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=30_000)


def press(page, name):
    """Goes to a button by the Tab key and presses it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return page.keyboard.press("Enter")
    raise AssertionError(f"the Tab key does not reach “{name}”")


def test_the_pages_speak_chinese(site, people, chromium):
    context = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.url}/hub/login")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    picture(page, "login-chinese")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    context.close()


def test_an_administrator_tells_everybody_and_reads_the_log(site, people, page, chromium):
    site.log_in(page, people.ada, then="/hub/admin/notices")
    page.get_by_label("Text").fill("The cluster rests on Sunday.")
    page.get_by_role("button", name="Tell everybody").click()
    other = chromium.new_context(ignore_https_errors=True).new_page()
    site.log_in(other, people.bob, then="/hub/home")
    expect(other.get_by_text("The cluster rests on Sunday.")).to_be_visible()
    other.context.close()
    # Whatever else is told there, by other tests: this one is taken back.
    page.get_by_role("button", name="Take back: The cluster rests on Sunday.", exact=True).click()
    expect(page.get_by_text("The cluster rests on Sunday.")).to_have_count(0)
    page.goto(f"{site.url}/hub/admin/audit?q={people.bob.name}&what=login")
    expect(page.locator("tbody tr").first).to_contain_text(people.bob.name)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    text = download.value.path().read_bytes().decode()
    assert text.startswith("time,who,from,what,on,result,note\r\n") and people.bob.name in text


def test_a_large_lab_is_paged_and_found(site, people, alices_environment, page):
    """Five thousand people and five hundred environments: every page has fifty lines and finds what is looked for; how long each takes is in the log."""
    work = site.state / "environments" / str(people.alice.uid) / "work.git"
    owners = [people.bob, people.otto, people.erna, people.mona]
    repositories = [work.parents[1] / str(owners[index % 4].uid) / f"seeded-{index:03}.git" for index in range(500)]
    site.stop()
    try:
        for repository in repositories:
            repository.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copytree(work, repository)
        in_database(site, "INSERT INTO user (name, uid, fullName, admin, created, lastActivity) VALUES (?, ?, '', 0, 1, ?)",
                    [(f"seeded-{index:04}", 10_000 + index, index) for index in range(5000)])
        site.start()
        site.log_in(page, people.ada, then="/hub/home")
        took = {}
        for path, found in (("users", "50"), ("users?q=seeded-4999", "1"), ("users?offset=4950", "50"), ("environments", "50"),
                            ("environments?q=seeded-499", "1"), ("environments?offset=450", "50"), ("storage", None), ("audit", None)):
            began = time.monotonic()
            page.goto(f"{site.url}/hub/admin/{path}", wait_until="commit")
            took[path] = time.monotonic() - began
            if found:
                expect(page.locator("main ul.list").first.locator("> li.row")).to_have_count(int(found))
        page.goto(f"{site.url}/hub/admin/environments?q=seeded")
        expect(page.get_by_text("500 found")).to_be_visible()
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_role("link", name="Previous")).to_be_visible()
        look(page, "large-environments")
        began = time.monotonic()
        assert len(site.api("GET", "/storage/environments?limit=200", site.token(people.ada)).value) == 200
        took["/api/storage/environments"] = time.monotonic() - began
        page.context.clear_cookies()
        site.log_in(page, people.bob, then="/hub/home")
        began = time.monotonic()
        page.goto(f"{site.url}/hub/home", wait_until="commit")
        took["home with 125 environments"] = time.monotonic() - began
        report = "\n".join(f"{seconds * 1000:8.0f} ms  {path}" for path, seconds in took.items())
        (ARTIFACTS / "logs" / "large-lab.txt").write_text(report + "\n")
    finally:
        site.stop()
        for repository in repositories:
            shutil.rmtree(repository, ignore_errors=True)
        in_database(site, "DELETE FROM user WHERE name LIKE ?", [("seeded-%",)])
        site.start()


def in_database(site, statement, rows):
    """Changes the database of a gateway that does not run."""
    database = sqlite3.connect(site.state / "gateway" / "berth.sqlite")
    with database:
        database.executemany(statement, rows)
    database.close()


def test_no_secret_is_in_any_log(site, people):
    """Passwords, cookies and tokens of the whole run, looked for in everything that was written down."""
    token = site.token(people.bob)
    assert site.api("GET", "/user", token).status == 200
    site.request("GET", f"/user/{people.bob.name}/api/status?token={token}")
    wait_for(lambda: f"/user/{people.bob.name}/api/status" in site.log.read_text())
    audit = next(site.state.glob("**/audit*"))
    for written in (site.log.read_text(), audit.read_text()):
        assert "brth_" not in written and "berth-session=" not in written
        for person in (people.alice, people.bob, people.otto, people.ada):
            assert person.password not in written
