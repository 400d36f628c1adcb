"""Environments made by hand in the home directory: found, read with the person's own rights, and taken over."""
import os
import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from looking import look
from people import run
from test_environments import built

BUILD = re.compile(r"build (\w+)")


@pytest.fixture(scope="module")
def home(site, people):
    """Bob's home with an environment that a real installer made, and a venv."""
    bob = people.bob
    recipe = site.folder / "made.yml"
    recipe.write_text(f"name: made\nchannels: [{site.channel}, nodefaults]\ndependencies: [berth-hello]\n")
    shown = site.berth("env", "create", "--user", bob.name, "-f", str(recipe))
    build = BUILD.search(shown).group(1)
    places = [line for line in run("find", str(site.state), "-maxdepth", "3", "-name", f"{build}*").split() if os.path.isdir(line)]
    lab = bob.home / "miniforge3/envs/lab"
    lab.mkdir(parents=True)
    # The records are the installer's own; nothing else of it is read.
    shutil.copytree(f"{places[0]}/conda-meta", lab / "conda-meta")
    site.berth("env", "remove", "--user", bob.name, "made")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bob.home / "project/.venv")], check=True)
    run("chown", "-R", f"{bob.uid}:{bob.gid}", str(bob.home))
    yield bob.home
    for name in ("miniforge3", "project"):
        shutil.rmtree(bob.home / name, ignore_errors=True)


def test_they_are_found_and_taken_over_exactly(site, people, home):
    user = ("--user", people.bob.name)
    listed = site.berth("env", "adopt", *user)
    assert "~/miniforge3/envs/lab\tconda" in listed and "~/project/.venv\tvenv" in listed
    exact = BUILD.search(site.berth("env", "adopt", *user, "~/miniforge3/envs/lab", "--as", "exact"))
    assert "Adopt ~/miniforge3/envs/lab" in site.berth("env", "history", *user, "lab")
    # What was asked for solves to the same here, and the same packages are the same build.
    asked = BUILD.search(site.berth("env", "adopt", *user, str(home / "miniforge3/envs/lab"), "--name", "asked"))
    assert exact.group(1) == asked.group(1)
    assert "berth-hello" in site.berth("env", "show", *user, "asked")
    said = site.berth("env", "adopt", *user, "~/project/.venv", "--as", "exact", check=False)
    assert "can't be taken over" in said
    for name in ("lab", "asked"):
        site.berth("env", "remove", *user, name)


def test_nothing_is_read_that_the_person_may_not(site, people, home):
    user, alice = ("--user", people.bob.name), people.alice
    secret = alice.home / "secret"
    shutil.copytree(home / "miniforge3/envs/lab", secret)
    alice.home.chmod(0o700)
    run("chown", "-R", f"{alice.uid}:{alice.gid}", str(secret))
    (home / "link").symlink_to(secret)
    (home / "inner").mkdir()
    (home / "inner/conda-meta").symlink_to(home / "miniforge3/envs/lab/conda-meta")
    (home / "closed").mkdir(0o700)
    try:
        listed = site.berth("env", "adopt", *user)
        assert "link" not in listed and "inner" not in listed
        for path in ("~/link", "~/../" + alice.name + "/secret", "~/./closed", "~/"):
            said = site.berth("env", "adopt", *user, path, check=False)
            assert "no directory" in said or "home directory" in said, said
        # A FIFO in place of a record would wait for ever.
        os.mkfifo(home / "miniforge3/envs/lab/conda-meta/evil.json")
        assert "~/miniforge3/envs/lab" in site.berth("env", "adopt", *user)
        # Somebody else's home is theirs.
        token = site.token(people.bob)
        answer = site.api("GET", f"/home-environments?path=../{alice.name}/secret", token)
        assert answer.status == 424
    finally:
        (home / "miniforge3/envs/lab/conda-meta/evil.json").unlink(missing_ok=True)
        (home / "link").unlink()
        for folder in (home / "inner", home / "closed", secret):
            shutil.rmtree(folder, ignore_errors=True)


def test_on_the_page_and_by_api(site, people, home, page):
    bob, token = people.bob, site.token(people.bob)
    found = {entry["path"]: entry for entry in site.api("GET", "/home-environments", token).value}
    assert found["miniforge3/envs/lab"]["kind"] == "conda" and found["project/.venv"]["python"].startswith("3.")
    forms = site.api("GET", "/home-environments?path=miniforge3/envs/lab", token).value
    assert forms["exact_problem"] is None and "@EXPLICIT" in forms["explicit"] and "berth-hello" in forms["from_history"]
    assert site.api("GET", "/home-environments?path=project/.venv", token).value["name"] == "project"

    site.log_in(page, bob)
    page.goto(f"{site.url}/hub/adopt")
    page.get_by_role("link", name=re.compile("envs.lab")).click()
    look(page, "adopt-one")
    page.get_by_text("The very same packages").first.click()
    page.get_by_role("button", name="Take it over").click()
    built(page)
    page.goto(f"{site.url}/hub/home")
    page.get_by_text("Found in your home directory").click()
    expect(page.get_by_role("link", name=re.compile("project..venv"))).to_be_visible()
    site.berth("env", "remove", "--user", bob.name, "lab")
