"""What a person does: log in, wait, run a cell, use a terminal, log out."""
import re
import time

from playwright.sync_api import expect

import confidential
from conftest import picture, see_lab
from people import run


def run_cell(page, code, state="Idle"):
    """Types `code` into the notebook's last cell, runs it, and returns what it printed.

    `state` is what JupyterLab says of the kernel before: after a connection that was lost it does not know, until something runs.
    """
    # Without a kernel JupyterLab drops what is run.
    expect(page.locator("#jp-main-statusbar").get_by_text(f"| {state}")).to_be_visible(timeout=60_000)
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    ran = cells.nth(cells.count() - 1)
    ran.locator(".cm-content").click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    expect(ran.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"), timeout=60_000)
    return ran.locator(".jp-OutputArea-output").first.inner_text()


def new_notebook(page):
    """Opens one from JupyterLab's launcher."""
    page.locator('.jp-LauncherCard[data-category="Notebook"]').first.click()
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_be_visible(timeout=60_000)


def choose(page, menu, entry):
    """Clicks an entry of JupyterLab's menus."""
    page.locator("#jp-MainMenu").get_by_text(menu, exact=True).click()
    page.locator(".lm-Menu").get_by_text(entry, exact=True).locator("visible=true").click()


def test_a_person_works_in_their_environment(site, people, alices_environment, page):
    alice = people.alice
    page.goto(site.url)
    expect(page).to_have_url(re.compile(r"/hub/login"))
    picture(page, "login")

    # A wrong password says so, keeps the name, and tells nothing more.
    page.get_by_label("Account").fill(alice.name)
    page.get_by_label("Password").fill(confidential.note("mistyped password", "not this one"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "login-refused")

    site.log_in(page, alice)
    expect(page).to_have_url(re.compile("/hub/home|/user/|/hub/spawn-pending"), timeout=30_000)
    page.goto(site.url + "/hub/home")
    expect(page.get_by_text("work").first).to_be_visible()
    picture(page, "home")

    # JupyterLab opens by itself once the server answers.
    page.goto(f"{site.url}/user/{alice.name}/lab")
    picture(page, "starting")
    see_lab(page, ".jp-Launcher")
    picture(page, "lab")

    new_notebook(page)
    printed = run_cell(page, "\n".join([
        "import os, sys, pathlib, berth_hello, humanize",
        "pathlib.Path.home().joinpath('made-in-lab.txt').write_text('hello')",
        "print(os.getuid(), os.getgid(), sys.prefix, os.environ['BERTH_E2E'], os.environ['BERTH_ENVIRONMENT_VERSION'], sep='|')",
    ]))
    uid, gid, prefix, variable, version = printed.strip().split("|")
    assert (int(uid), int(gid)) == (alice.uid, alice.gid)
    assert prefix == "/opt/berth/env"
    assert variable == "from the recipe"
    server = site.api("GET", f"/users/{alice.name}", site.token(alice)).value["servers"][""]
    assert len(version) == 40 and server["environment_version"] == version
    made = alice.home / "made-in-lab.txt"
    assert made.stat().st_uid == alice.uid and made.stat().st_gid == alice.gid
    picture(page, "notebook")

    # A terminal knows who one is and finds the environment's jupyter.
    page.goto(f"{site.url}/user/{alice.name}/lab?reset")
    see_lab(page, ".jp-Launcher")
    page.locator('.jp-LauncherCard[title*="terminal" i]').first.click()
    expect(page.locator(".jp-Terminal .xterm")).to_be_visible(timeout=30_000)
    page.locator(".jp-Terminal .xterm").click()
    page.keyboard.type("whoami > t; id >> t; command -v jupyter >> t; mv t terminal.txt\n")
    written = alice.home / "terminal.txt"
    wait_for(written.exists)
    who, identity, jupyter = written.read_text().splitlines()
    assert who == alice.name
    assert f"uid={alice.uid}({alice.name})" in identity
    assert jupyter == prefix + "/bin/jupyter"
    picture(page, "terminal")

    # The hub's menu is there without the jupyterhub package: the control panel is the home page, …
    with page.context.expect_page() as opened:
        choose(page, "File", "Hub Control Panel")
    expect(opened.value).to_have_url(f"{site.url}/hub/home")
    opened.value.close()

    # … and logging out ends it everywhere.
    link = f"{site.url}/user/{alice.name}/api/status"
    cookies = page.context.cookies()
    choose(page, "File", "Log Out")
    if page.get_by_role("button", name=re.compile("log out", re.I)).count():
        page.get_by_role("button", name=re.compile("log out", re.I)).first.click()
    expect(page).to_have_url(re.compile("/hub/login"))
    picture(page, "logged-out")
    page.context.add_cookies(cookies)
    answer = page.request.get(link)
    assert answer.status == 403, "the session's old cookie still opens the server"
    page.goto(f"{site.url}/user/{alice.name}/lab")
    expect(page).to_have_url(re.compile("/hub/login"))


def test_no_port_and_no_token_of_the_server_exist(site, people):
    container = site.container(people.alice)
    # The engine's name server and a kernel's pipe for its children's output listen on the
    # namespace's own loopback; nothing else does, and nothing of the server's at all.
    for line in run("docker", "exec", container, "ss", "-H", "-tlnp").splitlines():
        assert line.split()[3].startswith(("127.0.0.11:", "127.0.0.1:")), line
        assert "jupyter" not in line, line
    published = run("docker", "inspect", "--format", "{{json .NetworkSettings.Ports}} {{json .Config.Cmd}}", container)
    assert "8888" not in published and "token=" not in published.replace("token=\"", "").replace("token= ", "")
    processes = run("docker", "top", container, "-eo", "pid,uid,args").splitlines()[1:]
    assert all(int(line.split()[1]) == people.alice.uid for line in processes if "docker-init" not in line)


def test_the_container_is_confined(site, people):
    import json

    inspected = json.loads(run("docker", "inspect", site.container(people.alice)))[0]
    host = inspected["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"])
    assert host["Init"] is True and host["Privileged"] is False
    assert host["ShmSize"] == 256 << 20 and host["Memory"] == 2 << 30
    assert inspected["Config"]["User"] == f"{people.alice.uid}:{people.alice.gid}"
    network = json.loads(run("docker", "network", "inspect", host["NetworkMode"]))[0]
    assert network["Options"]["com.docker.network.bridge.enable_icc"] == "false"


def wait_for(condition, seconds=30):
    """Waits for something another process does and announces to nobody."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.05)
