"""jupyterhub-singleuser in a person's container: the way to its hub is a Unix socket, its visitors come by OAuth."""
import json

import pytest
from playwright.sync_api import expect

import confidential
from conftest import picture, see_lab
from people import run
from site_under_test import Site
from test_main_job import wait_for


@pytest.fixture(scope="module")
def hub(people, channel, tmp_path_factory):
    site = Site(people, channel, tmp_path_factory.mktemp("single"), name="single")
    site.profiles = """\
  - name: hub
    title: With JupyterHub's own server
    image: berth/trial:1
    server: jupyterhub-singleuser
    memory: 2g
"""
    with site:
        yield site


def start(site, person, token, **options):
    assert site.api("POST", f"/users/{person.name}/server", token, {"profile": "hub", **options}).status in (201, 202)
    wait_for(lambda: site.api("GET", f"/users/{person.name}", token).value["servers"].get("", {}).get("ready"), 60)


def stop(site, person, token):
    assert site.api("DELETE", f"/users/{person.name}/server", token).status in (202, 204)
    wait_for(lambda: site.api("GET", f"/users/{person.name}", token).value["server"] is None)


def test_without_the_package_the_start_says_what_to_add(hub, people):
    token = hub.token(people.bob)
    answer = hub.api("POST", f"/users/{people.bob.name}/server", token, {"profile": "hub"})
    if answer.status in (201, 202):
        wait_for(lambda: not hub.api("GET", f"/users/{people.bob.name}", token).value["pending"], 60)
        answer = hub.api("POST", f"/users/{people.bob.name}/server", token, {"profile": "hub"})
    assert "add `jupyterhub` and `jupyterlab`" in answer.value["message"]


# 5 asks by tornado, which knows no Unix sockets by itself; 6 by aiohttp, with PKCE.
@pytest.mark.parametrize("version", ["6.1.1", "5.4.6"])
def test_it_starts_finds_its_hub_and_lets_its_owner_in(hub, people, page, version):
    alice, name = people.alice, f"hub{version[0]}"
    recipe = hub.folder / "environment.yml"
    recipe.write_text(hub.recipe(name, dependencies=(), pip=(f"jupyterhub=={version}",)))
    hub.berth("env", "create", "--user", alice.name, "-f", str(recipe))
    token = hub.token(alice)
    start(hub, alice, token, environment=name)
    container = hub.container(alice)
    assert "jupyterhub-singleuser" in run("docker", "top", container, "-eo", "pid,args")
    # Nothing listens there but the engine's own name server.
    sockets = [line.split() for line in run("docker", "exec", container, "cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()]
    assert not [fields for fields in sockets if fields[3] == "0A" and not fields[1].startswith("0B00007F")]
    # It looked at the hub's version, and tells what it does.
    wait_for(lambda: f"path=/hub/api/users/{alice.name}/activity status=200" in hub.log.read_text())
    assert "path=/hub/api status=200" in hub.log.read_text()

    hub.log_in(page, alice, then=f"/user/{alice.name}/lab")
    see_lab(page)
    picture(page, f"singleuser-{version[0]}")
    assert "path=/hub/api/oauth2/token status=200" in hub.log.read_text()
    cookies = {cookie["name"]: cookie["path"] for cookie in page.context.cookies()}
    assert cookies[f"jupyterhub-user-{alice.name}"] == f"/user/{alice.name}/"
    page.get_by_role("menuitem", name="File", exact=True).click()
    expect(page.get_by_role("menuitem", name="Hub Control Panel")).to_be_visible()

    # Programs come with a token of Berth's, which the server itself never sees.
    headers = {"Authorization": f"token {token}"}
    made = hub.request("POST", f"/user/{alice.name}/api/kernels", {**headers, "Content-Type": "application/json"}, "{}")
    assert made.status == 201, made.body
    assert json.loads(hub.request("GET", f"/user/{alice.name}/api/me", headers).body)["identity"]["username"] == alice.name
    assert hub.request("GET", f"/user/{alice.name}/api/me", {"Authorization": f"token {hub.token(people.bob)}"}).status == 403

    # The server's own token is for itself, and as long as it runs.
    own = run("docker", "exec", container, "printenv", "JUPYTERHUB_API_TOKEN").strip()
    confidential.note("server's own token", own)
    assert hub.api("GET", "/user", own).value["name"] == alice.name
    assert hub.api("POST", f"/users/{alice.name}/tokens", own, {}).status == 403
    assert hub.api("DELETE", f"/users/{alice.name}/server", own).status == 403
    stop(hub, alice, token)
    assert hub.api("GET", "/user", own).status == 403


def test_servers_reach_the_api_alone_and_say_nothing_about_others(hub, people):
    """What anybody in a container may send to the socket."""
    socket = str(hub.runtime / "api" / "hub.sock")

    def ask(path, *options):
        return run("curl", "--silent", "--unix-socket", socket, "--output", "/dev/null", "--write-out", "%{http_code}", *options,
                   f"http://hub.invalid{path}")

    assert ask("/hub/api") == "200"
    assert ask("/hub/api/users") == "403"
    for path in ("/hub/login", "/hub/metrics", f"/user/{people.alice.name}/api", "/", "/hub/apis"):
        assert ask(path) == "404", path
    assert ask("/hub/api/user", "--header", "X-Forwarded-For: 127.0.0.1") == "403"
