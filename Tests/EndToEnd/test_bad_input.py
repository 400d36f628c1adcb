"""What a person gets wrong, and what they are told."""
import re
import subprocess

from playwright.sync_api import expect

from conftest import picture
from site_under_test import BINARY


def check(folder, text):
    path = folder / "berth.yaml"
    path.write_text(text)
    return subprocess.run([BINARY, "config", "check", "--config", str(path)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_a_wrong_configuration_is_told_with_line_and_column(tmp_path):
    finished = check(tmp_path, "gateway:\n  listen: [\"https://127.0.0.1:8443\"]\n  lopps: 3\nlogin:\n  min_uid: many\n")
    assert finished.returncode == 78
    assert re.search(r"berth\.yaml:3:3.*lopps", finished.stdout) and "loops" in finished.stdout
    assert re.search(r"berth\.yaml:5:12", finished.stdout), finished.stdout


def test_a_missing_configuration_is_told(tmp_path):
    finished = subprocess.run([BINARY, "run", "--config", str(tmp_path / "absent.yaml")], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert finished.returncode == 78 and "absent.yaml" in finished.stdout


def test_a_recipe_that_cannot_be_read_is_told_with_line_and_column(site, people, tmp_path):
    recipe = tmp_path / "environment.yml"
    recipe.write_text("name: bad\ndependencies:\n  - python=3.11\n  - numpy: 3\n")
    told = site.berth("env", "create", "--user", people.alice.name, "-f", str(recipe), check=False)
    assert re.search(r"\b4\b.*\b5\b|4:5", told), told


def test_an_environment_that_cannot_be_solved_names_the_conflict(site, people, tmp_path):
    recipe = tmp_path / "environment.yml"
    recipe.write_text(site.recipe(name="conflict", dependencies=("berth-left", "berth-right"), pip=()))
    told = site.berth("env", "create", "--user", people.alice.name, "-f", str(recipe), check=False)
    assert "berth-left" in told and "berth-right" in told
    assert "Traceback" not in told
    assert "conflict" not in site.berth("env", "list", "--user", people.alice.name)


def test_a_member_reaches_only_their_own_environments(site, people, alices_environment):
    as_bob = ["setpriv", f"--reuid={people.bob.uid}", f"--regid={people.bob.gid}", "--clear-groups", BINARY, "env", "list",
              "--config", str(site.configuration)]
    own = subprocess.run(as_bob, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert own.returncode == 0, own.stdout
    others = subprocess.run([*as_bob, "--user", people.alice.name], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    assert others.returncode != 0 and "not yours" in others.stdout


def test_administrators_assign_at_the_command_line_and_others_do_not(site, people, alices_environment):
    def assign(person, *more):
        # With the groups of a log-in: the launcher asks the host about them by the name.
        command = ["setpriv", f"--reuid={person.uid}", f"--regid={person.gid}", "--clear-groups", BINARY, "env", "assign",
                   "--config", str(site.configuration), *more]
        return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    given = (f"{people.alice.name}/work", "--to", people.bob.name)
    refused = assign(people.bob, *given)
    assert refused.returncode != 0 and "administrators' group" in refused.stdout
    borrowed = assign(people.bob, *given, "--user", people.ada.name)
    assert borrowed.returncode != 0 and "not yours" in borrowed.stdout
    done = assign(people.ada, *given)
    assert done.returncode == 0 and given[0] in done.stdout, done.stdout
    assert assign(people.ada, *given, "--remove").returncode == 0


def test_a_missing_image_is_told_on_the_page(site, people, page):
    site.log_in(page, people.mona)
    page.goto(f"{site.url}/hub/spawn/{people.mona.name}?choose")
    page.get_by_label("An image that is not there").check()
    picture(page, "choose")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("berth/absent:1", timeout=60_000)
    picture(page, "failed-start")


def test_an_engine_that_is_down_is_told(people, channel, tmp_path_factory, chromium):
    from site_under_test import Site

    site = Site(people, channel, tmp_path_factory.mktemp("down"), name="down")
    original = site.write_configuration

    def without_engine():
        original()
        text = site.configuration.read_text()
        site.configuration.write_text(text.replace("engine:\n", "engine:\n  socket: /run/nobody-here.sock\n"))

    site.write_configuration = without_engine
    with site:
        context = chromium.new_context(ignore_https_errors=True)
        page = context.new_page()
        site.log_in(page, people.bob)
        page.goto(f"{site.url}/user/{people.bob.name}/lab")
        expect(page.get_by_role("alert")).to_contain_text("/run/nobody-here.sock", timeout=30_000)
        picture(page, "engine-down")
        context.close()
