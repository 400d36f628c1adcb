"""Environments as Git repositories, with the real git: clone, edit, push, and everything that must not work."""
import json
import os
import pathlib
import subprocess

import pytest

from site_under_test import BINARY
from test_main_job import wait_for

BASE = "dependencies: [berth-base]\n"


class Git:
    """A person's git, with their token as the password."""

    def __init__(self, site, folder, person, token):
        self.site, self.folder, self.person, self.token = site, folder, person, token
        # git's own way to ask for a password.
        self.askpass = folder / f"askpass-{person.name}"
        self.askpass.write_text(f"#!/bin/sh\ncase $1 in User*) echo {person.name};; *) echo {token};; esac\n")
        self.askpass.chmod(0o700)

    def run(self, *arguments, cwd=None, fails=False, **variables):
        finished = subprocess.run(
            ["git", "-c", "user.name=Somebody", "-c", "user.email=s@example.org", *map(str, arguments)],
            cwd=cwd or self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
            env={**os.environ, "GIT_SSL_CAINFO": str(self.site.certificate), "GIT_ASKPASS": str(self.askpass),
                 "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": "/dev/null", **variables})
        assert (finished.returncode != 0) == fails, finished.stdout
        return finished.stdout

    def clone(self, environment, into):
        self.run("clone", f"{self.site.url}/hub/git/{environment}.git", into)
        return pathlib.Path(self.folder / into)

    def clone_refused(self, environment):
        return self.run("clone", f"{self.site.url}/hub/git/{environment}.git", "refused", fails=True)

    def commit(self, clone, recipe, message="An edit"):
        (clone / "environment.yml").write_text(recipe)
        self.run("commit", "--all", "--message", message, cwd=clone)


@pytest.fixture(scope="module")
def repository(site, people, tmp_path_factory):
    """Alice's small environment, as `OWNER/NAME`, with her git and Bob's."""
    folder = tmp_path_factory.mktemp("git")
    (folder / "small.yml").write_text(head(site, "small") + BASE)
    site.berth("env", "create", "--user", people.alice.name, "-f", str(folder / "small.yml"))
    gits = [Git(site, folder, person, site.token(person)) for person in (people.alice, people.bob)]
    yield f"{people.alice.name}/small", *gits
    site.berth("env", "remove", "--user", people.alice.name, "small")


def head(site, name):
    return f"name: {name}\nchannels: [{site.channel}, nodefaults]\n"


def versions(site, person, name="small"):
    return json.loads(site.request(
        "GET", f"/hub/api/environments/{name}/versions", {"Authorization": f"token {person.token}"}).body)


def test_a_push_is_the_next_version_and_its_lock_comes_with_the_next_pull(site, people, repository):
    name, alice, _ = repository
    clone = alice.clone(name, "good")
    assert (clone / "environment.yml").read_text() == head(site, "small") + BASE
    assert "@EXPLICIT" in (clone / "explicit.txt").read_text()
    (clone / "README.md").write_text("Why these packages.\n")
    alice.run("add", "README.md", cwd=clone)
    alice.commit(clone, head(site, "small") + "dependencies: [berth-base, berth-hello]\n", "Say hello")
    said = alice.run("push", cwd=clone)
    assert "remote: Reading the channels" in said and "remote: The new version is" in said, said

    newest = versions(site, alice)[0]
    assert newest["message"] == "Say hello" and newest["author"] == alice.person.name and newest["built"]
    alice.run("pull", "--ff-only", cwd=clone)
    assert "berth-hello" in (clone / "explicit.txt").read_text()
    assert (clone / "README.md").exists()
    assert alice.run("rev-parse", "HEAD", cwd=clone).strip() == newest["id"]

    # An edit on the page keeps what is not Berth's, and a push of something else keeps the lock.
    (alice.folder / "again.yml").write_text(head(site, "small") + BASE)
    site.berth("env", "create", "--user", alice.person.name, "-f", str(alice.folder / "again.yml"))
    alice.run("pull", "--ff-only", cwd=clone)
    assert (clone / "README.md").exists() and (clone / "environment.yml").read_text().endswith(BASE)
    # What was installed over an earlier version is told of, unless that is what one's servers start with.
    below = newest["build"]
    (site.state / f"layers/{alice.person.uid}/small/{below}/upper/more").mkdir(parents=True)
    pinned, adas = {"environment": name, "to": alice.person.name, "version": newest["id"]}, site.token(people.ada)
    assert site.api("POST", "/assignments", adas, pinned).status == 200
    (clone / "README.md").write_text("Only words.\n")
    alice.run("commit", "--all", "--message", "Words", cwd=clone)
    said = alice.run("push", cwd=clone)
    assert "Reading the channels" not in said and "over an earlier version" not in said, said
    assert site.api("POST", "/assignments", adas, {**pinned, "remove": True}).status == 200
    alice.run("pull", "--ff-only", cwd=clone)
    (clone / "README.md").write_text("More words.\n")
    alice.run("commit", "--all", "--message", "More words", cwd=clone)
    said = alice.run("push", cwd=clone)
    assert "over an earlier version is not in it" in said, said
    site.berth("env", "discard", "--user", alice.person.name, f"small@{newest['id']}")
    assert versions(site, alice)[0]["build"] == versions(site, alice)[1]["build"]

    # Whoever looks at the builds sees those of the command line and of pushes too.
    def builds():
        return {(build["begun_by"], build["state"], build["name"]) for build in site.api("GET", "/builds", alice.token).value}

    wait_for(lambda: {("push", "finished", "small"), ("command-line", "finished", "small")} <= builds())


@pytest.mark.parametrize("recipe, reason", [
    ("dependencies: [\n", "remote: The recipe can't be used."),
    ("dependencies: [berth-base, berth-nowhere]\n", "remote: The recipe can't be solved"),
])
def test_a_recipe_that_is_no_good_is_refused_with_the_reason(site, repository, recipe, reason):
    name, alice, _ = repository
    clone = alice.clone(name, f"bad-{len(recipe)}")
    before = versions(site, alice)
    alice.commit(clone, head(site, "small") + recipe)
    said = alice.run("push", cwd=clone, fails=True)
    assert reason in said and "pre-receive hook declined" in said, said
    assert versions(site, alice) == before
    # Nothing of it is left.
    left = subprocess.run(["find", site.state / "environments", "-name", "*incoming*"], text=True, stdout=subprocess.PIPE)
    assert left.stdout == ""


def test_a_password_on_the_way_is_refused_though_the_last_commit_has_none(site, repository):
    name, alice, _ = repository
    clone = alice.clone(name, "secret")
    before = versions(site, alice)
    alice.commit(clone, f"name: small\nchannels: ['https://me:hunter2@conda.example.org/x', {site.channel}, nodefaults]\n" + BASE)
    alice.commit(clone, head(site, "small") + BASE + "# as it was\n", "Without it")
    said = alice.run("push", cwd=clone, fails=True)
    assert "remote: A commit of what you push has a password or token" in said and "hunter2" not in said, said
    assert versions(site, alice) == before


def test_history_is_not_rewritten_and_only_main_and_tags_are_taken(site, repository):
    name, alice, _ = repository
    clone = alice.clone(name, "forced")
    before = versions(site, alice)
    alice.run("commit", "--amend", "--message", "Rewritten", cwd=clone)
    assert "can't be rewritten" in alice.run("push", "--force", cwd=clone, fails=True)
    alice.run("reset", "--hard", "origin/main", cwd=clone)
    assert "can't be pushed" in alice.run("push", "origin", "HEAD:refs/heads/other", cwd=clone, fails=True)
    assert "can't be pushed" in alice.run("push", "origin", "HEAD:refs/replace/" + "a" * 40, cwd=clone, fails=True)
    alice.run("push", "origin", ":main", cwd=clone, fails=True)
    alice.run("rm", "environment.yml", cwd=clone)
    alice.run("commit", "--message", "Gone", cwd=clone)
    assert "There is no environment.yml" in alice.run("push", cwd=clone, fails=True)
    assert versions(site, alice) == before


def test_somebody_behind_is_told_to_pull(site, repository):
    name, alice, _ = repository
    first, second = alice.clone(name, "first"), alice.clone(name, "second")
    for clone, word in ((first, "one"), (second, "two")):
        alice.commit(clone, (clone / "environment.yml").read_text() + f"# {word}\n", word)
    alice.run("push", cwd=first)
    alice.run("push", cwd=second, fails=True)
    assert "git pull" in alice.run("push", "--force", cwd=second, fails=True)
    assert versions(site, alice)[0]["message"] == "one"


def test_releases_are_tags_and_stay(site, repository, page):
    name, alice, _ = repository
    clone = alice.clone(name, "tags")
    alice.run("tag", "paper-1", cwd=clone)
    alice.run("tag", "--annotate", "--message", "For the course", "course", "HEAD", cwd=clone)
    alice.run("push", "origin", "paper-1", "course", cwd=clone)
    assert versions(site, alice)[0]["tags"] == ["course", "paper-1"]
    # With the push that makes the version.
    alice.commit(clone, (clone / "environment.yml").read_text() + "# released\n", "Released")
    alice.run("tag", "paper-2", cwd=clone)
    alice.run("push", "--atomic", "origin", "main", "paper-2", cwd=clone)
    assert versions(site, alice)[0]["tags"] == ["paper-2"]
    alice.run("tag", "main", cwd=clone)
    assert "can't be the name of a release" in alice.run("push", "origin", "refs/tags/main", cwd=clone, fails=True)
    alice.run("tag", "--delete", "main", cwd=clone)
    alice.run("tag", "--force", "paper-1", cwd=clone)
    assert "stays what it is" in alice.run("push", "--force", "origin", "paper-1", cwd=clone, fails=True)
    alice.run("push", "origin", ":paper-1", cwd=clone, fails=True)
    alice.run("tag", "stray", alice.run("commit-tree", "-m", "stray", "HEAD^{tree}", cwd=clone).strip(), cwd=clone)
    assert "of no version" in alice.run("push", "origin", "stray", cwd=clone, fails=True)
    # By Berth itself, and wherever a version is asked for.
    user = ("--user", alice.person.name)
    assert "submitted" in site.berth("env", "tag", *user, "small", "submitted", "--version", versions(site, alice)[2]["id"][:8])
    assert "already" in site.berth("env", "tag", *user, "small", "submitted", check=False)
    assert versions(site, alice)[2]["tags"] == ["submitted"]
    assert "berth-base" in site.berth("env", "export", *user, "small@paper-1", "--format", "explicit")
    site.log_in(page, alice.person)
    page.goto(f"{site.url}/hub/environments/small")
    assert page.get_by_text("paper-2", exact=True).count() == 1
    assert page.get_by_text(f"git clone {site.url}/hub/git/{name}.git").count() == 1
    site.berth("env", "tag", *user, "small", "submitted", "--remove")


def test_who_may_not_sees_nothing_and_a_share_decides(site, repository):
    name, alice, bob = repository
    assert "not found" in bob.clone_refused(name)
    site.berth("env", "share", "--user", alice.person.name, "small", "--with", bob.person.name, "--as", "use")
    clone = bob.clone(name, "bobs")
    bob.commit(clone, head(site, "small") + "dependencies: [berth-base]\n# Bob's\n")
    assert "this needs “edit”" in bob.run("push", cwd=clone, fails=True)
    site.berth("env", "share", "--user", alice.person.name, "small", "--with", bob.person.name, "--as", "edit")
    bob.run("push", cwd=clone)
    assert versions(site, alice)[0]["author"] == bob.person.name
    site.berth("env", "share", "--user", alice.person.name, "small", "--revoke", bob.person.name)
    assert "not found" in bob.run("fetch", cwd=clone, fails=True)


def test_without_a_token_git_is_asked_for_one(site, repository):
    name, alice, _ = repository
    path = f"/hub/git/{name}.git/info/refs?service=git-upload-pack"
    answer = site.request("GET", path)
    assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Basic")
    assert site.request("GET", path, {"Authorization": "Basic YTpi"}).status == 401
    assert site.request("GET", f"/hub/git/{name}.git/info/refs", {"Authorization": f"token {alice.token}"}).status == 403
    # A token for something else alone.
    narrow = site.token(alice.person, scopes=["read:users"])
    assert site.request("GET", path, {"Authorization": f"token {narrow}"}).status == 403
    for hidden in ("HEAD", "config", "objects/info/packs"):
        assert site.request("GET", f"/hub/git/{name}.git/{hidden}", {"Authorization": f"token {alice.token}"}).status == 404


def test_a_push_that_is_too_large_is_refused_and_a_large_one_streams(site, repository):
    name, alice, _ = repository
    clone = alice.clone(name, "large")
    # Beyond what git sends in one piece, and what nothing can compress.
    (clone / "data").write_bytes(os.urandom(8 << 20))
    alice.run("add", "data", cwd=clone)
    alice.run("commit", "--message", "Data", cwd=clone)
    alice.run("push", cwd=clone)
    again = alice.clone(name, "large-again")
    assert (again / "data").read_bytes() == (clone / "data").read_bytes()
    alice.run("pull", cwd=clone)
    (clone / "more").write_bytes(os.urandom(40 << 20))
    alice.run("add", "more", cwd=clone)
    alice.run("commit", "--message", "More", cwd=clone)
    said = alice.run("push", cwd=clone, fails=True)
    assert "remote: This push is larger than 32 MiB" in said and "git commit --amend" in said, said
    assert "reset" not in said and "hung up" not in said, said


def test_what_is_pushed_is_never_run(site, repository, tmp_path):
    name, alice, _ = repository
    clone, mark = alice.clone(name, "hostile"), tmp_path / "ran"
    for path in ("hooks/pre-receive", "hooks/post-receive", ".git-hooks/update"):
        (clone / path).parent.mkdir(exist_ok=True)
        (clone / path).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (clone / path).chmod(0o755)
    (clone / "config").write_text(f"[core]\n\tfsmonitor = touch {mark}\n\thooksPath = hooks\n")
    (clone / ".gitattributes").write_text("* filter=evil\n")
    alice.run("add", "--all", cwd=clone)
    alice.run("commit", "--message", "Hooks", cwd=clone)
    alice.run("push", cwd=clone)
    assert not mark.exists()
    # Objects that git itself finds suspicious don't come in.
    alice.run("pull", cwd=clone)
    (clone / ".gitmodules").write_text('[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n')
    alice.run("add", "--all", cwd=clone)
    alice.run("commit", "--message", "Submodule", cwd=clone)
    assert "gitmodules" in alice.run("push", cwd=clone, fails=True)


def test_git_has_the_repositories_and_nothing_else(site, repository):
    name, alice, _ = repository
    git = 64103
    # All that clones and pushes have left there, and what lies above it.
    for folder in (site.state / "environments").glob("*/*.git"):
        assert {path.lstat().st_uid for path in (folder, *folder.rglob("*"))} == {git}
        for above in folder.parents[:2]:
            assert (above.stat().st_uid, above.stat().st_gid, above.stat().st_mode & 0o7777) == (0, git, 0o710)
    # The hooks of the pushes before have asked the launcher as that account. It has no other call.
    asked = subprocess.run(
        ["setpriv", f"--reuid={git}", f"--regid={git}", "--clear-groups", BINARY, "env", "list", "--user", alice.person.name,
         "--config", str(site.configuration)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert asked.returncode != 0 and "may not ask the launcher" in asked.stdout, asked.stdout


def test_a_push_is_in_the_audit_log(site, repository):
    shown = site.berth("audit", "show")
    assert any("environment.push" in line and "version" in line for line in shown.splitlines())
    assert any("environment.push" in line and "refused" in line for line in shown.splitlines())
    assert any("environment.create" in line and "by the command line" in line for line in shown.splitlines())
