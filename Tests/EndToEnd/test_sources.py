"""Environments from elsewhere: a Git repository with branch and file, another environment of this hub, and a copy."""
import re

import pytest
from playwright.sync_api import expect

from git_server import git_server
from people import run
from test_environments import built


@pytest.fixture(scope="module")
def elsewhere(site, tmp_path_factory):
    """The address of a repository with a recipe on `main`, and another one, in a folder, on `lab`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    head = f"channels: [{site.channel}, nodefaults]\n"
    work = folder / "work"
    run("git", "init", "--quiet", "--initial-branch=main", str(work))
    for branch, path, text in (("main", "environment.yml", f"name: plain\n{head}dependencies: [berth-base]\n"),
                               ("lab", "envs/lab.yml", f"name: lab\n{head}dependencies: [berth-hello]\n")):
        run("git", "-C", str(work), "checkout", "--quiet", "-B", branch)
        (work / path).parent.mkdir(exist_ok=True)
        (work / path).write_text(text)
        run("git", "-C", str(work), "add", "--all")
        run("git", "-C", str(work), "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", branch)
    (work / "link.yml").symlink_to("/etc/passwd")
    run("git", "-C", str(work), "checkout", "--quiet", "main")
    run("git", "clone", "--quiet", "--bare", str(work), str(folder / "recipes.git"))
    with git_server(folder) as address:
        yield f"{address}/recipes.git"


def test_a_recipe_comes_from_a_git_repository(site, people, elsewhere):
    user = ("--user", people.alice.name)
    shown = site.berth("env", "create", *user, "--git", elsewhere)
    assert "plain:" in shown
    shown = site.berth("env", "create", *user, "--git", elsewhere, "--ref", "lab", "--path", "envs/lab.yml", "--name", "from-git")
    assert "from-git:" in shown and "berth-hello" in site.berth("env", "show", *user, "from-git")
    for name in ("plain", "from-git"):
        site.berth("env", "remove", *user, name)


@pytest.mark.parametrize("arguments, reason", [
    (["--ref", "nowhere"], "can't be fetched"),
    (["--path", "nothing.yml"], "There is no nothing.yml"),
    (["--path", "../environment.yml"], "can't be a file"),
    (["--ref=--upload-pack=touch"], "can't be a branch"),
])
def test_what_is_not_there_is_said(site, people, elsewhere, arguments, reason):
    assert reason in site.berth("env", "create", "--user", people.alice.name, "--git", elsewhere, *arguments, check=False)


def test_only_http_is_spoken_and_nothing_is_followed(site, people, elsewhere):
    user = ("--user", people.alice.name)
    for url in ("file:///var/lib/berth-e2e", "ssh://localhost/x", "ext::sh -c touch% /tmp/x", "http://u:p@localhost/x", "/etc"):
        said = site.berth("env", "create", *user, "--git", url, check=False)
        assert "not the address of a Git repository" in said or "Leave the password out" in said, said
    moved = re.sub(r"(:\d+)/", r"\1/moved/", elsewhere)
    assert "can't be fetched" in site.berth("env", "create", *user, "--git", moved, check=False)


def test_the_page_shows_the_recipe_before_it_is_built(site, people, elsewhere, page):
    site.log_in(page, people.alice)
    page.goto(f"{site.url}/hub/environments/new")
    page.get_by_label("Address of a Git repository").fill(elsewhere)
    page.get_by_label("Branch, tag, commit").fill("lab")
    page.get_by_label("File in the repository").fill("envs/none.yml")
    page.get_by_role("button", name="Fetch the recipe").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no envs/none.yml")
    page.get_by_label("File in the repository").fill("envs/lab.yml")
    page.get_by_role("button", name="Fetch the recipe").click()
    expect(page.get_by_label("or paste it here")).to_have_value(re.compile("berth-hello"))
    page.get_by_label("Name", exact=False).last.fill("")
    page.get_by_role("button", name="Build", exact=True).click()
    built(page)
    site.berth("env", "remove", "--user", people.alice.name, "lab")


def test_a_shared_environment_is_copied_with_its_very_lock(site, people, elsewhere, page):
    alice, bob = people.alice, people.bob
    build = re.compile(r"build (\w+)")
    original = build.search(site.berth("env", "create", "--user", alice.name, "--git", elsewhere))
    assert "no environment" in site.berth("env", "create", "--user", bob.name, "--from", f"{alice.name}/plain", check=False)
    site.berth("env", "share", "--user", alice.name, "plain", "--with", bob.name, "--as", "use")
    copied = build.search(site.berth("env", "create", "--user", bob.name, "--from", f"{alice.name}/plain", "--name", "mine"))
    assert original.group(1) == copied.group(1)
    assert f"Copy {alice.name}/plain at" in site.berth("env", "history", "--user", bob.name, "mine")
    # By the address of its repository here, and by API.
    site.log_in(page, bob)
    page.goto(f"{site.url}/hub/environments/new")
    page.get_by_label("Address of a Git repository").fill(f"{site.url}/hub/git/{alice.name}/plain.git")
    page.get_by_role("button", name="Fetch the recipe").click()
    expect(page.get_by_label("or paste it here")).to_have_value(re.compile("berth-base"))
    token = site.token(bob)
    for body in ({"from": f"{alice.name}/plain", "name": "again"}, {"git": {"url": elsewhere}, "name": "again"}):
        began = site.api("POST", "/environments", token, body)
        assert began.status == 202, began.body
        assert b'"ready":true' in site.request("GET", began.value["progress_url"], {"Authorization": f"token {token}"}).body
    assert site.api("POST", "/environments", token, {"name": "x"}).status == 400
    for who, name in ((alice, "plain"), (bob, "mine"), (bob, "again")):
        site.berth("env", "remove", "--user", who.name, name)
