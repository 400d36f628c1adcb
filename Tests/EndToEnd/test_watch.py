"""From a newer package upstream to the next version of an environment: found, told in the page, by webhook and by mail, accepted."""
import asyncio
import concurrent.futures
import email
import email.policy
import functools
import http.server
import json
import pathlib
import sys
import tempfile
import threading

import pytest
import rattler.index
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from site_under_test import ROOT, Site, free_port
from test_environments import built
from looking import look
from test_main_job import wait_for

sys.path.append(str(ROOT / "Tests/Channel"))
import conda_package  # noqa: E402


class Team:
    """Those who are told: a webhook and a mail server of others' making."""

    def __init__(self):
        self.posted, self.mails = [], []
        team = self

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                team.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        class Mailbox:
            async def handle_DATA(self, server, session, envelope):
                team.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
                return "250 taken"

        self.hook = serve(Hook)
        self.mail_port = free_port()
        self.mail = Controller(Mailbox(), hostname="127.0.0.1", port=self.mail_port)
        self.mail.start()

    def close(self):
        self.hook.shutdown()
        self.mail.stop()


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Upstream:
    """A channel of one package, of which there can be a newer version."""

    def __init__(self, folder):
        self.folder = folder
        self.add("1.0")

        class Fresh(http.server.SimpleHTTPRequestHandler):
            """Tells nobody how old a file is: a whole second is too coarse for what changes here."""

            def send_header(self, name, value):
                if name != "Last-Modified":
                    super().send_header(name, value)

            def end_headers(self):
                self.send_header("Cache-Control", "no-store")
                super().end_headers()

            def log_message(self, *arguments):
                pass

        self.server = serve(functools.partial(Fresh, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, version):
        with tempfile.TemporaryDirectory() as work:
            root = pathlib.Path(work, "root/share/berth")
            root.mkdir(parents=True)
            (root / "tool.txt").write_text(version)
            conda_package.write(root.parents[1], self.folder, "berth-tool", version, noarch="generic")
        # Playwright has an event loop of its own in this thread.
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(rattler.index.index_fs(self.folder))).result()


@pytest.fixture(scope="module")
def team():
    team = Team()
    yield team
    team.close()


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    upstream = Upstream(tmp_path_factory.mktemp("upstream"))
    yield upstream
    upstream.server.shutdown()


@pytest.fixture(scope="module")
def site(people, upstream, team, tmp_path_factory):
    watch = {
        "packages": True, "interval": "1d", "channels": [upstream.url],
        "webhooks": [{"url": f"http://127.0.0.1:{team.hook.server_port}/json"},
                     {"url": f"http://127.0.0.1:{team.hook.server_port}/slack", "form": "slack"}],
        "mail": {"server": f"smtp://127.0.0.1:{team.mail_port}", "from": "berth@example.org", "to": ["team@example.org"]}}
    with Site(people, upstream.url, tmp_path_factory.mktemp("watch"), name="watch", extra=f"watch: {json.dumps(watch)}\n") as site:
        yield site


def proposals(site, token):
    return site.api("GET", "/proposals", token).value


def look_upstream(site, administrator):
    assert site.api("POST", "/proposals", administrator).status == 202


def test_a_newer_package_is_found_told_and_accepted(site, people, upstream, team, page):
    alice = people.alice
    recipe = site.folder / "environment.yml"
    recipe.write_text(f"name: tools\nchannels: [{upstream.url}, nodefaults]\ndependencies:\n  - berth-tool=1.0  # ours\n")
    site.berth("env", "create", "--user", alice.name, "-f", str(recipe))
    token, administrator = site.token(alice), site.token(people.ada)
    site.log_in(page, alice)
    page.goto(f"{site.url}/hub/updates")
    expect(page.get_by_text("Nothing newer")).to_be_visible()

    upstream.add("1.1")
    look_upstream(site, administrator)
    wait_for(lambda: proposals(site, token), 60)
    page.goto(f"{site.url}/hub/home")
    page.get_by_role("link", name="Updates proposed: 1").click()
    expect(page.get_by_text("berth-tool 1.0 → 1.1").first).to_be_visible()
    page.get_by_text("What would change").click()
    page.get_by_text("Hold a version back…").click()
    look(page, "updates")
    page.get_by_role("button", name="Accept and build").click()
    built(page)
    page.goto(f"{site.url}/hub/environments/tools")
    expect(page.locator("pre").first).to_contain_text("berth-tool=1.1  # ours")
    expect(page.locator("ol.list li")).to_have_count(2)
    assert "berth-tool-1.1-0.conda" in site.berth("env", "show", "--explicit", "--user", alice.name, "tools")
    page.goto(f"{site.url}/hub/updates")
    expect(page.get_by_text("Nothing newer")).to_be_visible()

    wait_for(lambda: len(team.posted) == 2 and team.mails, 30)
    whole = next(body for body in team.posted if "proposal" in body)
    assert whole["proposal"]["steps"] == ["berth-tool 1.0 → 1.1"] and whole["proposal"]["owner"] == alice.name
    assert whole["url"].startswith(site.url + "/hub/updates#proposal-")
    assert "berth-tool 1.0 → 1.1" in next(body for body in team.posted if "proposal" not in body)["text"]
    mail = team.mails[0]
    assert mail["To"] == "team@example.org" and "berth-tool 1.0 → 1.1" in mail["Subject"]
    assert whole["url"] in mail.get_content()


def test_a_broken_version_is_held_back_and_let_in_again(site, people, upstream, page):
    """By the command line, as root on the host."""
    token, administrator = site.token(people.alice), site.token(people.ada)
    hold = site.berth("watch", "hold", "berth-tool", "1.2", "--reason", "breaks our notebooks")
    upstream.add("1.2")
    upstream.add("1.1.9")
    assert "looks upstream now" in site.berth("watch", "look")
    wait_for(lambda: proposals(site, token), 60)
    assert [proposal["steps"] for proposal in proposals(site, token)] == [["berth-tool 1.1 → 1.1.9"]]
    site.log_in(page, people.alice, then="/hub/updates")
    expect(page.get_by_text("breaks our notebooks")).to_be_visible()
    site.berth("watch", "dismiss", str(proposals(site, token)[0]["id"]))
    assert proposals(site, token) == []

    site.berth("watch", "release", hold.split()[1])
    look_upstream(site, administrator)
    wait_for(lambda: proposals(site, token), 60)
    number = str(proposals(site, token)[0]["id"])
    assert f"{number}  {people.alice.name}/tools  berth-tool 1.1 → 1.2" in site.berth("watch", "list")
    site.berth("watch", "accept", number)
    assert "berth-tool-1.2-0.conda" in site.berth("env", "show", "--explicit", "--user", people.alice.name, "tools")
    assert "is accepted by root" in site.berth("watch", "accept", number, check=False)
    decisions = ("version.hold", "proposal.dismiss", "version.release", "proposal.accept")
    wait_for(lambda: {event["what"] for event in map(json.loads, site.keep_audit().read_text().splitlines())
                      if event["who"] == "root"}.issuperset(decisions), 10)
