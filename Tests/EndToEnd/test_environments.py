"""An environment's life in the browser: edit with lint, compare, roll back; install in a running server, save, throw away."""
import json
import re
import subprocess
from pathlib import Path

from playwright.sync_api import expect

from conftest import see_lab
from looking import look
from people import run
from site_under_test import BINARY
from test_clients import stop
from test_hostile import start_server
from test_main_job import wait_for
from test_restart import cookies_of, execute, start_kernel

BUILT = re.compile("Built")


def built(page):
    """Waits for a build's page to say that it is done."""
    expect(page.locator("h1")).to_have_text(BUILT, timeout=180_000)


def environment(site, page, name="work"):
    page.goto(f"{site.url}/hub/environments/{name}")


def stop_server(site, page):
    page.goto(f"{site.url}/hub/home")
    page.get_by_role("button", name="Stop").first.click()
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=30_000)


def start_again(site, page, person):
    """Starts the server of a person who is logged in, with what it had last."""
    page.goto(f"{site.url}/hub/home")
    page.get_by_role("button", name="Start", exact=True).first.click()
    expect(page).to_have_url(re.compile("spawn-pending|/user/"))
    page.goto(f"{site.url}/user/{person.name}/lab")
    see_lab(page)


def test_an_edit_is_looked_over_built_compared_and_rolled_back(site, people, alices_environment, page):
    site.log_in(page, people.alice)
    environment(site, page)
    page.get_by_role("link", name="Edit").click()
    recipe = page.get_by_label("environment.yml", exact=True)
    text = recipe.input_value()
    recipe.fill(text.replace("  - berth-hello", "  - berth-hello=1.0=0"))
    expect(page.locator("#findings")).to_contain_text("names the build")
    look(page, "environment-edit")
    page.get_by_role("button", name="Mend what is safe").click()
    expect(recipe).to_have_value(text.replace("  - berth-hello", "  - berth-hello=1.0"))
    expect(page.locator("#findings")).not_to_contain_text("names the build")
    # What other tools read becomes a recipe here too, with the files that are uploaded beside it.
    page.locator("#file").set_input_files({"name": "pixi.toml", "mimeType": "text/plain", "buffer": b"[dependencies]\nnumpy = '>=2'\n"})
    expect(recipe).to_have_value("[dependencies]\nnumpy = '>=2'\n")
    page.get_by_role("button", name="Build the next version").click()
    expect(recipe).to_have_value(re.compile("name: work\n(.*\n)*  - numpy>=2\n"))
    recipe.fill("name: work\ndependencies:\n  - pip\n  - pip:\n      - -r more.txt\n")
    page.locator("#beside").set_input_files({"name": "more.txt", "mimeType": "text/plain", "buffer": b"rich>13\n"})
    page.get_by_role("button", name="Check", exact=True).click()
    expect(recipe).to_have_value("name: work\ndependencies:\n  - pip\n  - pip:\n      # -r more.txt\n      - rich>13\n")
    recipe.fill(text.replace("  - berth-hello", "  - berth-hello\n  - berth-base=1.0"))
    page.get_by_role("button", name="Build the next version").click()
    built(page)
    look(page, "environment-built")

    environment(site, page)
    look(page, "environment")
    page.get_by_role("link", name=re.compile("What changed")).first.click()
    expect(page.locator(".changes")).to_contain_text("berth-base")
    look(page, "environment-diff")

    environment(site, page)
    page.get_by_role("button", name=re.compile("Go back to it")).last.click()
    built(page)
    environment(site, page)
    expect(page.locator("ol.list li").first).to_contain_text("Roll back")
    assert "berth-base" not in page.locator("pre").first.inner_text()


def test_what_is_installed_in_a_server_is_saved_or_thrown_away(site, people, alices_environment, page):
    alice = people.alice
    start_server(site, alice, page)
    # It may run with an older version.
    stop_server(site, page)
    start_again(site, page, alice)
    kernel, cookies = start_kernel(site, alice, page), cookies_of(page)
    install = "import subprocess, sys; print(subprocess.run([sys.executable, '-m', 'pip', 'install', '-q', %r], capture_output=True, text=True))"
    said = execute(site, alice, kernel, cookies, install % "colorama==0.4.6")
    assert "returncode=0" in said, said
    assert not (alice.home / ".local/lib").exists(), "pip fell back to the home directory"

    # The build below is what it was.
    verified = site.berth("env", "verify", "--user", alice.name, "work")
    assert "colorama" not in verified
    assert "+ colorama 0.4.6" in site.berth("env", "drift", "--user", alice.name, "work", check=False)

    environment(site, page)
    expect(page.locator(".changes")).to_contain_text("colorama")
    look(page, "environment-drift")
    # Not under a running server's feet.
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_text("Stop it first")).to_be_visible()

    # It is still there after a restart of the server.
    stop_server(site, page)
    start_again(site, page, alice)
    kernel, cookies = start_kernel(site, alice, page), cookies_of(page)
    assert execute(site, alice, kernel, cookies, "import colorama; print(colorama.__version__)") == "0.4.6\n"

    environment(site, page)
    page.get_by_role("button", name="Save as the next version").click()
    built(page)
    expect(page.get_by_text("Your server still runs the version")).to_be_visible()
    look(page, "built-with-an-outdated-server", schemes=["light"])
    environment(site, page)
    expect(page.locator("pre").first).to_contain_text("colorama==0.4.6")
    expect(page.get_by_text("Nothing was installed or removed")).to_be_visible()

    # The next server has it from the build itself.
    page.get_by_role("button", name="Restart the server").click()
    see_lab(page)
    environment(site, page)
    expect(page.get_by_text("Your server still runs the version")).to_have_count(0)
    kernel, cookies = start_kernel(site, alice, page), cookies_of(page)
    assert execute(site, alice, kernel, cookies, "import colorama, sys; print(colorama.__version__)") == "0.4.6\n"
    assert execute(site, alice, kernel, cookies, install % "colorama==0.4.5").count("returncode=0") == 1
    stop_server(site, page)
    wait_for(lambda: run("docker", "volume", "ls", "--quiet", "--filter", f"label=org.berth.installation={site.state}") == "")

    # A new version hides what was installed over the one before: it is said before, and told until it is thrown away.
    before = site.api("GET", "/environments/work", site.token(alice)).value["version"]
    environment(site, page)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_text("the next one begins without it")).to_be_visible()
    look(page, "environment-edit-with-layer", schemes=["light"])
    recipe = page.get_by_label("environment.yml", exact=True)
    recipe.fill(recipe.input_value().replace("  - berth-hello", "  - berth-hello\n  - berth-activated"))
    page.get_by_role("button", name="Build the next version").click()
    built(page)
    expect(page.get_by_text("What you had installed over an earlier version is not in this one.")).to_be_visible()
    page.goto(f"{site.url}/hub/home")
    expect(page.get_by_text("What you installed over an earlier version is not in it")).to_be_visible()
    look(page, "home-with-earlier-layer", schemes=["light"])
    environment(site, page)
    earlier = page.get_by_role("region", name="Changes over earlier versions")
    expect(earlier).to_contain_text("colorama")
    look(page, "environment-earlier-layers")
    told = site.berth("env", "drift", "--user", alice.name, "work", "--all", check=False)
    assert f"Over work@{before[:12]}" in told and "colorama 0.4.6 → 0.4.5" in told, told
    assert "colorama 0.4.6 → 0.4.5" in site.berth("env", "drift", "--user", alice.name, f"work@{before[:12]}", check=False)
    layers = site.api("GET", "/environments/work/layers", site.token(alice)).value
    assert [layer["version"]["id"] for layer in layers if not layer["saved"]] == [before]
    # So it is by going back and forth at the command line.
    newest = site.api("GET", "/environments/work", site.token(alice)).value["version"]
    assert "stays over" not in site.berth("env", "rollback", "--user", alice.name, "work", before)
    told = site.berth("env", "rollback", "--user", alice.name, "work", newest)
    assert "stays over it" in told and "What you installed over earlier versions is not in this one" in told, told
    environment(site, page)
    card = earlier.locator(".card").filter(has_text="0.4.5")
    card.get_by_role("button", name="Throw away").click()
    expect(page.get_by_text("0.4.5")).to_have_count(0)
    assert site.berth("env", "rollback", "--user", alice.name, "work", before)


def test_any_version_is_looked_at_verified_and_repaired(site, people, alices_environment, chromium, page):
    alice = people.alice
    token = site.token(alice)
    stop(site, alice, token)
    site.log_in(page, alice)
    site.berth("env", "tag", "--user", alice.name, "work", "looked-at")
    environment(site, page)
    page.locator("ol.list li a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("work, version")
    look(page, "environment-version")
    page.get_by_text("All packages").first.click()
    page.get_by_text("Show the lock").click()
    look(page, "environment-version-lock", schemes=["light"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Explicit list").click()
    assert "@EXPLICIT" in download.value.path().read_text()
    page.get_by_role("button", name="Take the name away: looked-at").click()
    expect(page.get_by_text("looked-at")).to_have_count(0)
    page.get_by_label("Package", exact=True).fill("berth-hello")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator("pre")).to_contain_text("berth-hello")
    page.get_by_role("link", name=re.compile("^work")).click()

    # By hand and by a phone without JavaScript: the page moves on by itself all the same.
    build = site.api("GET", "/environments/work", token).value["build"]
    tree = site.state / "store/environments" / build
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("files are as they were built.").first).to_be_visible(timeout=60_000)
    look(page, "verified-sound", schemes=["light"])
    next(path for path in sorted(tree.glob("conda-meta/*.json"))).unlink()
    (tree / "added.txt").write_text("added\n")
    context = chromium.new_context(ignore_https_errors=True, java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.set_default_timeout(60_000)
    phone = context.new_page()
    site.log_in(phone, alice, then="/hub/environments/work")
    phone.get_by_role("button", name="Verify").click()
    expect(phone.get_by_text("Missing: 1")).to_be_visible()
    expect(phone.get_by_text("added.txt")).to_be_visible()
    page.goto(phone.url)
    look(page, "verified-damaged")
    phone.get_by_role("button", name="Repair").click()
    expect(phone.locator("h1")).to_have_text(BUILT, timeout=120_000)
    context.close()
    version = site.api("GET", "/environments/work", token).value["version"]
    assert site.api("POST", "/environments/work/verify", token, {"version": version}).value["differences"] == []
    assert "all" in site.berth("env", "verify", "--user", alice.name, f"work@{version[:12]}")


def test_two_people_edit_at_once_and_nothing_is_lost(site, people, alices_environment, page, tmp_path, monkeypatch):
    """One in the browser, one at the command line, one by the API: all began from the same version."""
    alice = people.alice
    site.log_in(page, alice)
    token = site.token(alice)
    before = site.api("GET", "/environments/work", token).value
    environment(site, page)
    page.get_by_role("link", name="Edit").click()
    recipe = page.get_by_label("environment.yml", exact=True)
    mine = recipe.input_value().replace("  - berth-hello", "  - berth-hello  # mine\n  - berth-activated")

    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/^  - berth-hello$/&\\n  - berth-base=1.0/' \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    assert "packages" in site.berth("env", "edit", "--user", alice.name, "work")

    recipe.fill(mine)
    page.get_by_role("button", name="Build the next version").click()
    expect(page.get_by_role("heading", name="Somebody saved meanwhile")).to_be_visible()
    expect(page.get_by_label("environment.yml", exact=True)).to_have_value(mine)
    expect(page.locator(".diff .removed").filter(has_text="berth-base=1.0")).to_be_visible()
    look(page, "environment-outdated")

    refused = site.api("PUT", "/environments/work", token, {"recipe": mine, "base": before["version"]})
    newest = site.api("GET", "/environments/work/versions", token).value[0]["id"]
    assert refused.status == 409 and refused.value["current"] == newest != before["version"]
    assert "+   - berth-base=1.0" in refused.value["log"]

    page.get_by_role("button", name="Save on top of it").click()
    built(page)
    assert site.api("GET", "/environments/work", token).value["recipe"] == mine

    # What stands where, told by the command line too: here the other's version is compared with this one.
    told = site.berth("env", "diff", "--user", alice.name, f"{alice.name}/work@{newest[:12]}", "work", check=False)
    assert "- berth-base 1.0" in told and "+ berth-activated 1.0" in told
    site.berth("env", "rollback", "--user", alice.name, "work", before["version"])


def test_the_api_does_what_the_pages_do(site, people, alices_environment, page):
    site.log_in(page, people.alice)
    cookies = cookies_of(page)
    versions = json.loads(site.request("GET", "/hub/api/environments/work/versions", {"Cookie": cookies}).body)
    assert versions[0]["built"] is True
    explicit = site.request("GET", "/hub/api/environments/work/export?format=explicit", {"Cookie": cookies}).body
    assert b"@EXPLICIT" in explicit


def test_an_environment_is_shared_assigned_and_used_by_somebody_else(site, people, alices_environment, page, chromium):
    alice, bob = people.alice, people.bob
    shared = f"{alice.name}/work"
    bobs, adas = site.token(bob), site.token(people.ada)
    encoded = f"/environments/{alice.name}%2Fwork"
    assert site.api("GET", encoded, bobs).status == 404
    assert site.api("POST", f"/users/{bob.name}/server", bobs, {"profile": "cpu", "environment": shared}).status == 404

    # By name with a group of this host, on the page.
    site.log_in(page, alice)
    environment(site, page)
    page.get_by_label("Account or @group").fill(f"@{bob.name}")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text(f"@{bob.name}")).to_be_visible()
    look(page, "environment-shared")
    assert site.api("GET", encoded, bobs).value["name"] == shared
    assert site.api("POST", encoded + "/rollback", bobs, {"version": "0000"}).status == 202  # it fails as a build does
    told = site.berth("env", "share", "--user", bob.name, shared, check=False)
    assert "this needs “admin”" in told

    # Bob works in it, and what he installs is his alone.
    assert site.api("POST", f"/users/{bob.name}/server", bobs, {"profile": "cpu", "environment": shared}).status in (201, 202)
    wait_for(lambda: site.api("GET", f"/users/{bob.name}", bobs).value["server"], 60)
    build = build_of(site.container(bob))
    run("docker", "exec", site.container(bob), "touch", "/opt/berth/env/bobs-own")
    assert "bobs-own" not in site.berth("env", "verify", "--user", alice.name, "work")
    assert site.api("GET", f"{encoded}/layer", bobs).value["files"] == 1
    assert site.api("DELETE", f"/users/{bob.name}/server", bobs).status in (202, 204)

    # An administrator's decision is the only choice.
    assert site.api("POST", "/assignments", bobs, {"environment": shared, "to": bob.name}).status == 403
    given = {"environment": shared, "to": bob.name, "mandatory": True}
    assert site.api("POST", "/assignments", adas, given).status == 200
    assert [e["name"] for e in site.api("GET", "/environments", bobs).value] == [shared]
    assert "an administrator has decided so" in str(refused_start(site, bob, bobs, "another"))
    assert site.api("DELETE", "/environments/work", site.token(alice)).status == 409

    # Also where nothing is chosen.
    assert site.api("POST", f"/users/{bob.name}/server", bobs, {"profile": "cpu"}).status in (201, 202)
    wait_for(lambda: site.api("GET", f"/users/{bob.name}", bobs).value["server"], 60)
    assert build_of(site.container(bob)) == build
    assert site.api("DELETE", f"/users/{bob.name}/server", bobs).status in (202, 204)
    assert site.api("POST", "/assignments", adas, {**given, "remove": True}).status == 200
    page.get_by_role("button", name=re.compile("Take back")).click()
    expect(page.get_by_text("Nobody else.")).to_be_visible()
    assert site.api("GET", encoded, bobs).status == 404


def build_of(container):
    return run("docker", "inspect", "--format", '{{index .Config.Labels "org.berth.environment.build"}}', container).strip()


def refused_start(site, person, token, name):
    """Starts with an environment of the person's own and returns what is said."""
    recipe = f"name: {name}\nchannels: [{site.channel}, nodefaults]\ndependencies: [berth-base]\n"
    (site.folder / "own.yml").write_text(recipe)
    site.berth("env", "create", "--user", person.name, "-f", str(site.folder / "own.yml"))
    said = site.api("POST", f"/users/{person.name}/server", token, {"profile": "cpu", "environment": name}).value
    # Nothing of it is left for the tests that follow.
    assert site.api("DELETE", f"/users/{person.name}/server", token).status in (202, 204)
    assert site.api("DELETE", f"/environments/{name}", token).status == 204
    return said


def test_a_recipe_is_checked_for_ci(site, people, tmp_path):
    """Looked over, solved for a GPU host that is not here, built, and its packages imported; the lines in conflict are annotated."""
    recipe = tmp_path / "environment.yml"
    check = ["env", "check", str(recipe), "--user", people.alice.name]
    head = f"name: x\nchannels: [{site.channel}, nodefaults]\ndependencies:\n"
    recipe.write_text(head + "  - python=3.11\n  - berth-left\n  - berth-hello\n  - berth-right\n")
    told = site.berth(*check, "--format", "github", check=False)
    for line, needs in ((5, "berth-base 1.*"), (7, "berth-base 2.*")):
        assert re.search(rf"::error file=.*environment.yml,line={line},col=5,title=unsolvable::.*{re.escape(needs)}", told), told
    recipe.write_text(head + "  - python=3.11\n  - berth-gpu\n")
    told = site.berth(*check, "--with-cuda", "12.4", "--with-cuda", "none", "--format", "json", check=False)
    assert "solves for this host with CUDA 12.4" in told
    found = json.loads(told[told.index("["):])
    assert [(each["rule"], each["line"]) for each in found if each["level"] == "error"] == [("unsolvable", 5)], found
    assert "without CUDA" in found[0]["message"]
    recipe.write_text(head + "  - python=3.11\n  - berth-hello\n")
    told = site.berth(*check, "--import", "--format", "json")
    assert "modules imported: 1" in told and json.loads(told[told.index("["):]) == [], told


def test_files_beside_a_recipe_are_checked_with_it(site, people, tmp_path):
    """What pip's part names by -r is looked over, mended around, solved, and told in its own file; standard input has nothing beside."""
    recipe, beside = tmp_path / "environment.yml", tmp_path / "requirements.txt"
    beside.write_text("# ours\nrich\nrich>13\n")
    text = (f"name: x\nchannels: [{site.channel}, nodefaults]\ndependencies:\n  - python=3.11\n  - pip:\n      - -r requirements.txt\n"
            "  - berth-left\n  - zlib=1=h_0\n  - berth-right\n")
    recipe.write_text(text)

    def found(told):
        found = json.loads(told[told.index("["):])
        return [(Path(each["file"]).name, each["line"], each["rule"]) for each in found if each["level"] != "hint"]

    def lint(file, *arguments):
        return subprocess.run([BINARY, "env", "lint", "--file", str(file), *arguments], input=text, text=True, stdout=subprocess.PIPE).stdout

    looked = found(lint(recipe, "--format", "json"))
    assert looked == [("environment.yml", 5, "pip-missing"), ("environment.yml", 8, "build-pinned"), ("requirements.txt", 3, "duplicate")]
    assert f"file={beside},line=3,col=1,title=duplicate::" in lint(recipe, "--format", "github")
    left = found(lint(recipe, "--format", "json", "--fix"))
    mended = text.replace("  - pip:", "  - pip\n  - pip:").replace("  - zlib=1=h_0\n", "  - zlib=1\n")
    assert left == looked[2:] and recipe.read_text() == mended and beside.read_text() == "# ours\nrich\nrich>13\n"

    recipe.write_text(text.replace("  - zlib=1=h_0\n", ""))
    account = ["--user", people.alice.name]
    solved = found(site.berth("env", "check", str(recipe), "--format", "json", *account, check=False))
    for place in (("environment.yml", 7, "unsolvable"), ("environment.yml", 8, "unsolvable"), ("requirements.txt", 3, "duplicate")):
        assert place in solved, solved
    told = site.berth("env", "create", "--file", str(recipe), *account, check=False)
    assert f"{recipe}:7:5: error:" in told and f"{recipe}:8:5: error:" in told, told

    beside.unlink()
    for told in (lint(recipe), site.berth("env", "check", str(recipe), *account, check=False),
                 site.berth("env", "create", "--file", str(recipe), *account, check=False)):
        assert f"{recipe}:6:9: error:" in told and f"it was looked for at “{beside}”" in told, told
    # Without -f too; what is mended keeps its ends of lines, and what is left is told beside a text that goes to the output.
    windows = tmp_path / "windows.yml"
    windows.write_bytes(b"name: x\r\ndependencies:\r\n  - python=3.11\r\n  - pip:\r\n      - six==1.17\r\n")
    run = subprocess.run([BINARY, "env", "lint", str(windows), "--fix"], capture_output=True, text=True)
    assert run.returncode in (0, 1) and b"  - pip\r\n  - pip:\r\n" in windows.read_bytes(), run
    secret = "dependencies:\n  - pip\n  - pip:\n      - six @ https://me:secret@h.example/six-1.tar.gz\n"
    run = subprocess.run([BINARY, "env", "lint", "-f", "-", "--fix"], input=secret, capture_output=True, text=True)
    assert run.returncode == 2 and run.stdout == secret and "secret-in-url" in run.stderr, run
    latin = tmp_path / "latin.yml"
    latin.write_bytes("name: x\n# für\ndependencies: [python]\n".encode("latin-1"))
    for command in (["lint", str(latin)], ["import", str(latin)]):
        run = subprocess.run([BINARY, "env", *command], capture_output=True, text=True)
        assert run.returncode == 65 and f"Line 2 of {latin} is not UTF-8" in run.stderr and "iconv -f latin1" in run.stderr, run
    tabs = tmp_path / "tabs.yml"
    tabs.write_text("name: x\ndependencies:\n  - a\n\t- b\n")
    assert f"{tabs}:4:1: " in site.berth("env", "create", *account, "-f", str(tabs), check=False)
    broken = tmp_path / "pixi.toml"
    broken.write_text("[workspace\nname = 'x'\n")
    run = subprocess.run([BINARY, "env", "import", str(broken)], capture_output=True, text=True)
    assert run.returncode != 0 and "line 1" in run.stderr, run
    told = lint("-")
    assert "-:6:9: error:" in told and "beside standard input there is none" in told, told
