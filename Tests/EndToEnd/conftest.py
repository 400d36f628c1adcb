"""What the end-to-end tests share: real accounts, a real channel, and a Berth that serves them."""
import os
import pathlib

import pytest
from playwright.sync_api import expect, sync_playwright

import confidential
from local_channel import local_channel
from people import People
from site_under_test import Site

ARTIFACTS = pathlib.Path(os.environ.get("BERTH_ARTIFACTS", "artifacts"))


@pytest.fixture(scope="session")
def people():
    """Real accounts of this host, removed at the end."""
    with People() as people:
        yield people


@pytest.fixture(scope="session")
def channel():
    """The local conda channel over HTTP on the loopback; its address."""
    with local_channel() as address:
        yield address


@pytest.fixture(scope="session")
def site(people, channel, tmp_path_factory):
    """A Berth of its own: state, sockets, certificate, PAM service and port."""
    with Site(people, channel, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def alices_environment(site, people):
    """Alice's environment, built from the local channel by the command line."""
    recipe = site.folder / "environment.yml"
    recipe.write_text(site.recipe())
    shown = site.berth("env", "create", "--user", people.alice.name, "-f", str(recipe))
    return shown


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, request):
    """A fresh browser window; a failing test leaves a picture of it."""
    context = chromium.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    waiting, said = {}, []
    page.on("request", lambda sent: waiting.__setitem__(sent, sent.url))
    page.on("requestfinished", lambda sent: waiting.pop(sent, None))
    page.on("requestfailed", lambda sent: said.append(f"{waiting.pop(sent, sent.url)}: {sent.failure}"))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    confidential.follow(page)
    yield page
    outcome = getattr(request.node, "outcome_of_call", None)
    if outcome is not None and outcome.failed:
        picture(page, f"failed-{request.node.name}")
        print("unanswered:", *waiting.values(), "said:", *said, sep="\n  ")
    context.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.outcome_of_call = outcome.get_result()


def picture(page, name):
    """Keeps a screenshot among the build's artefacts."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / f"{name}.png"))


def see_lab(page, part=".jp-LabShell"):
    """Waits for JupyterLab in the window.

    Chromium drops what it is loading when a network interface comes or goes, and on this
    host, which is the engine's too, a container's start makes one: then it is loaded anew.
    """
    for _ in range(4):
        try:
            return expect(page.locator(part).first).to_be_visible(timeout=30_000)
        except AssertionError:
            if "/user/" not in page.url:
                raise
            page.reload(wait_until="commit")
    expect(page.locator(part).first).to_be_visible(timeout=30_000)
