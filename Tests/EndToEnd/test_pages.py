"""Every page, as a person meets it: wide and on a phone, light and dark, by keyboard, without JavaScript, and looked at by axe."""
import re
import shutil
import sqlite3
import time

from playwright.sync_api import expect

from conftest import ARTIFACTS, picture
from looking import go_on, hold_still, look
from test_clients import stop
from test_main_job import wait_for

USER_PAGES = ["/hub/home", "/hub/spawn/{name}?choose", "/hub/token", "/hub/gpus", "/hub/environments/new", "/hub/environments/work",
              "/hub/environments/work/edit", "/hub/environments/work/diff", "/hub/environments/work/explain?package=pip",
              "/hub/environments/work/remove", "/hub/adopt", "/hub/updates", "/hub/no-such-page", "/hub/admin", "/hub/logout"]
ADMIN_PAGES = ["/hub/admin", "/hub/admin/users", "/hub/admin/groups", "/hub/admin/servers", "/hub/admin/limits",
               "/hub/admin/environments", "/hub/admin/builds", "/hub/admin/storage", "/hub/admin/images", "/hub/admin/audit",
               "/hub/admin/notices"]


def test_every_page_is_fit_for_everybody(site, people, alices_environment, page):
    # With a server that runs, the page of the choice leads to it.
    stop(site, people.alice, site.token(people.alice))
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith((site.url, "data:")) else None)
    page.goto(f"{site.url}/hub/login")
    look(page, "pages-login")
    for person, paths in ((people.alice, USER_PAGES), (people.ada, ADMIN_PAGES)):
        page.context.clear_cookies()
        site.log_in(page, person)
        for path in paths:
            page.goto(site.url + path.format(name=person.name))
            look(page, "pages-" + "-".join(re.findall("[a-z]+", path.lower()) + ["user"] * (person is people.alice)))
    assert not complaints, complaints


def test_a_start_looks_well_from_beginning_to_end(site, people, alices_environment, page):
    """Under way, given up, failed, and not begun."""
    mona = people.mona
    site.log_in(page, mona, then="/hub/home")
    page.goto(f"{site.url}/hub/spawn-pending/{mona.name}/new")
    expect(page.get_by_role("heading", name="Your server is stopped")).to_be_visible()
    look(page, "pending-stopped")
    page.goto(f"{site.url}/hub/spawn/{mona.name}?choose")
    page.get_by_label("CPU").check()
    hold_still(page)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    look(page, "pending-starting")
    page.get_by_role("button", name="Cancel the start").click()
    go_on(page)
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=30_000)
    page.goto(f"{site.url}/hub/spawn/{mona.name}?choose")
    page.get_by_label("An image that is not there").check()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("berth/absent:1", timeout=60_000)
    look(page, "pending-failed")
    page.goto(f"{site.url}/hub/home")
    look(page, "home-failed")


def test_a_build_looks_well_while_it_goes_on_and_when_it_fails(site, people, page):
    site.log_in(page, people.bob, then="/hub/environments/new")
    page.get_by_label("or paste it here").fill(site.recipe("torn", dependencies=("berth-left", "berth-right"), pip=()))
    look(page, "build-lint")
    hold_still(page)
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    look(page, "build-under-way")
    wait_for(lambda: page.reload() and page.get_by_role("alert").count(), 120)
    expect(page.get_by_role("alert")).to_contain_text("berth-base")
    look(page, "build-failed")


def test_all_goes_without_javascript(site, people, alices_environment, chromium):
    """Log in, choose and start, see it start, open, stop, make an environment, log out: pages move on by themselves all the same."""
    alice = people.alice
    context = chromium.new_context(ignore_https_errors=True, java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    site.log_in(page, alice, then="/hub/home")
    if page.get_by_role("button", name="Stop").count():
        page.get_by_role("button", name="Stop").first.click()
    seen = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    page.goto(f"{site.url}/hub/spawn/{alice.name}?choose")
    page.get_by_label("work").check()
    page.get_by_label("CPU").check()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{site.url}/user/{alice.name}/lab", timeout=60_000)
    assert f"{site.url}/hub/spawn-pending/{alice.name}" in seen, seen
    page.goto(f"{site.url}/hub/home")
    picture(page, "home-without-javascript")
    page.get_by_role("link", name="Open JupyterLab").click()
    expect(page).to_have_url(f"{site.url}/user/{alice.name}/lab")
    page.goto(f"{site.url}/hub/home")
    page.get_by_role("button", name="Stop", exact=True).first.click()
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=30_000)

    page.goto(f"{site.url}/hub/environments/new")
    page.get_by_label("or paste it here").fill(f"name: plain\nchannels: [{site.channel}, nodefaults]\ndependencies: [berth-hello]\n")
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page).to_have_url(re.compile("/hub/environments/builds/"))
    expect(page.locator("h1")).to_contain_text("Built", timeout=120_000)
    site.berth("env", "remove", "--user", alice.name, "plain")
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(re.compile("/hub/login"))
    page.goto(f"{site.url}/hub/home")
    expect(page).to_have_url(re.compile("/hub/login"))
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
    # It runs already: from the home page there is a way into it, and one to end it.
    page.goto(f"{site.url}/hub/home")
    press(page, "Open JupyterLab")
    expect(page).to_have_url(re.compile("/user/.*/lab"))
    page.goto(f"{site.url}/hub/home")
    press(page, "Stop")
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=30_000)


def press(page, name):
    """Goes to a button or a link by the Tab key and presses it."""
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


def test_what_was_written_outlives_the_session(site, people, alices_environment, page):
    editor = f"{site.url}/hub/environments/work/edit"
    site.log_in(page, people.alice, then="/hub/environments/work/edit")
    text = page.get_by_label("environment.yml", exact=True).input_value() + "# hours of work\n"
    page.get_by_label("environment.yml", exact=True).fill(text)
    page.context.clear_cookies()
    page.get_by_role("button", name="Build the next version").click()
    page.get_by_label("Account").fill(people.alice.name)
    page.get_by_label("Password").fill(people.alice.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(editor)
    expect(page.get_by_label("environment.yml", exact=True)).to_have_value(text)
    # It is kept for this once; who leaves it now is asked.
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{site.url}/hub/home")
    page.goto(editor)
    expect(page.get_by_label("environment.yml", exact=True)).not_to_have_value(text)
    assert asked == ["beforeunload"]
