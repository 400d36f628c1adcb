"""What scopes, roles, services and administrators open, with JupyterHub's own package as a client."""
import hashlib
import json
import os
import re
import secrets
import subprocess
import sys

import pytest
import websocket
from playwright.sync_api import expect

import confidential
from looking import look
from people import run
from site_under_test import Site, free_port
from test_clients import HERE, trusting
from test_main_job import wait_for

SERVICE_TOKEN = confidential.note("service's secret", secrets.token_urlsafe(32))


@pytest.fixture(scope="module")
def hub(people, channel, tmp_path_factory):
    """A Berth with roles, a service, and servers that may be shared."""
    port = free_port()
    base = run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "berth/base").split()[0]
    extra = f"""
hub:
  open_as: {{lasts: 10m}}
  sharing: true
  shutdown: true
roles:
  - {{name: helpers, scopes: ["access:servers!user={people.alice.name}", "access:services!service=board"], users: [{people.bob.name}]}}
services:
  - {{name: board, url: "http://127.0.0.1:{port}", token_sha256: "{hashlib.sha256(SERVICE_TOKEN.encode()).hexdigest()}"}}
"""
    site = Site(people, channel, tmp_path_factory.mktemp("api"), name="api", extra=extra)
    site.service_port = port
    site.profiles = f"""\
  - name: bare
    title: An image without Jupyter
    image: {base}
    memory: 1g
"""
    with site:
        yield site


def start(site, person, token, **options):
    answer = site.api("POST", f"/users/{person.name}/server", token, {"profile": "cpu", **options})
    assert answer.status in (201, 202) or b"already running" in answer.body, answer.body
    wait_for(lambda: site.api("GET", f"/users/{person.name}", token).value["servers"].get("", {}).get("ready"), 60)


@pytest.fixture(scope="module")
def alices_server(hub, people):
    token = hub.token(people.alice)
    start(hub, people.alice, token)
    return token


def audit(site):
    return next(site.state.glob("**/audit*")).read_text()


def test_jupyterhubs_huboauth_finds_out_who_comes(hub, people, page):
    service = subprocess.Popen(
        [sys.executable, os.path.join(HERE, "hub_service.py"), str(hub.service_port)], text=True, stdout=subprocess.PIPE,
        env=trusting(
            hub, JUPYTERHUB_SERVICE_NAME="board", JUPYTERHUB_API_TOKEN=SERVICE_TOKEN, JUPYTERHUB_API_URL=f"{hub.url}/hub/api",
            JUPYTERHUB_BASE_URL="/", JUPYTERHUB_SERVICE_PREFIX="/services/board/", JUPYTERHUB_CLIENT_ID="service-board",
            JUPYTERHUB_OAUTH_ACCESS_SCOPES='["access:services!service=board"]'))
    try:
        assert service.stdout.readline() == "ready\n"
        # To the service, to log in, to be asked, and back.
        page.goto(f"{hub.url}/services/board/")
        expect(page).to_have_url(re.compile("/hub/login"))
        page.get_by_label("Account").fill(people.bob.name)
        page.get_by_label("Password").fill(people.bob.password)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Let “board” know who you are?")).to_be_visible()
        look(page, "authorize")
        page.get_by_role("button", name="Allow", exact=True).click()
        expect(page.get_by_text(f"hello {people.bob.name}, of no group; Berth's cookie: not seen")).to_be_visible()
        assert page.url == f"{hub.url}/services/board/"
        # With an API token instead of a browser; alice has no role that lets her in.
        answers = {person.name: hub.request("GET", "/services/board/", {"Authorization": f"token {hub.token(person)}"})
                   for person in (people.bob, people.alice)}
        assert answers[people.bob.name].body.decode().startswith(f"hello {people.bob.name}")
        assert answers[people.alice.name].status in (302, 403)
    finally:
        service.terminate()
        service.wait(10)
    assert hub.request("GET", "/services/board/").status == 502
    models = hub.api("GET", "/services", hub.token(people.ada)).value
    assert models["board"]["url"] == "/services/board/"
    assert hub.api("GET", "/user", SERVICE_TOKEN).value["kind"] == "service"


def test_scopes_open_the_servers_of_others(hub, people, alices_server):
    path = f"/user/{people.alice.name}/api/me"
    bobs, adas, mine = hub.token(people.bob), hub.token(people.ada), alices_server
    narrow = hub.token(people.bob, scopes=["read:users"])
    said = hub.token(people.ada, scopes=[f"access:servers!user={people.alice.name}"])
    for token, status in ((bobs, 200), (said, 200), (mine, 200), (adas, 403), (narrow, 403), (hub.token(people.mona), 403)):
        assert hub.request("GET", path, {"Authorization": f"token {token}"}).status == status
    # The server is told who it is.
    answer = hub.request("GET", path, {"Authorization": f"token {bobs}"})
    assert json.loads(answer.body)["identity"]["username"] == people.bob.name
    # It is noted once, however often they come.
    wait_for(lambda: audit(hub).count('"server.visit"') >= 2)
    visits = [json.loads(line)["event"] if "event" in json.loads(line) else json.loads(line)
              for line in audit(hub).splitlines() if '"server.visit"' in line]
    assert sorted(visit["who"] for visit in visits) == [people.ada.name, people.bob.name]
    assert {visit["on"] for visit in visits} == {people.alice.name}


def test_a_token_in_an_address_opens_a_websocket_alone(hub, people, alices_server):
    kernel = hub.request("POST", f"/user/{people.alice.name}/api/kernels", {"Authorization": f"token {alices_server}"}, "{}")
    assert kernel.status == 201, kernel.body
    path = f"/user/{people.alice.name}/api/kernels/{json.loads(kernel.body)['id']}/channels?token={alices_server}"
    socket = websocket.create_connection(f"wss://localhost:{hub.port}{path}", sslopt={"ca_certs": str(hub.certificate)}, timeout=20)
    socket.close()
    assert hub.request("GET", f"/user/{people.alice.name}/api/kernels?token={alices_server}").status == 403
    wait_for(lambda: f"/user/{people.alice.name}/api/kernels status=403" in hub.log.read_text())


def test_an_administrator_opens_a_server_and_its_owner_sees_it(hub, people, alices_server, page, chromium):
    lab = f"{hub.url}/user/{people.alice.name}/lab"
    hub.log_in(page, people.ada, then="/hub/admin/servers")
    assert page.request.get(lab).status == 403
    page.get_by_text("Open as…").click()
    page.get_by_label("Reason, for its owner").fill("A kernel hangs")
    look(page, "open-as")
    page.get_by_role("button", name=re.compile("Open it")).click()
    expect(page).to_have_url(re.compile(f"/user/{people.alice.name}/"), timeout=30_000)
    assert page.request.get(lab).status == 200

    owner = chromium.new_context(ignore_https_errors=True).new_page()
    hub.log_in(owner, people.alice, then="/hub/home")
    expect(owner.get_by_text(re.compile(f"{people.ada.name}, an administrator, can open your server")).first).to_be_visible()
    expect(owner.get_by_text("A kernel hangs")).to_be_visible()
    look(owner, "opened")
    owner.get_by_role("button", name="End it now").click()
    expect(owner.get_by_text("could open your server")).to_be_visible()
    owner.context.close()
    assert page.request.get(lab).status == 403
    written = audit(hub)
    assert '"server.opened"' in written and '"server.closed"' in written and "A kernel hangs" in written


def test_nbgitpuller_pulls_into_a_plain_jupyter_server(hub, people, page):
    """A link through user-redirect, to a server that does not run yet and has no JupyterLab."""
    alice = people.alice
    origin = alice.home / "origin"
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    as_alice = ["runuser", "-u", alice.name, "--"]
    run(*as_alice, "git", "init", "--quiet", "--initial-branch=main", str(origin))
    run(*as_alice, "sh", "-c", f"echo 'pulled by a link' > '{origin}/a b.txt'")
    run(*as_alice, "git", "-C", str(origin), "add", ".")
    run(*as_alice, "git", "-C", str(origin), *identity, "commit", "--quiet", "-m", "first")
    recipe = hub.folder / "plain.yml"
    recipe.write_text("\n".join([
        "name: plain", f"channels: [{hub.channel}, nodefaults]", "dependencies:", "  - python=3.11", "  - jupyter-server",
        "  - ipykernel", "  - pip", "  - pip:", "      - nbgitpuller==1.3.0", ""]))
    hub.berth("env", "create", "--user", alice.name, "-f", str(recipe))
    token = hub.token(alice)
    assert hub.api("DELETE", f"/users/{alice.name}/server", token).status in (202, 204)
    wait_for(lambda: hub.api("GET", f"/users/{alice.name}", token).value["server"] is None)
    start(hub, alice, token, profile="bare", environment="plain")
    headers = {"Authorization": f"token {token}"}
    assert "jupyter-server" in run("docker", "top", hub.container(alice), "-eo", "pid,args")
    assert json.loads(hub.request("GET", f"/user/{alice.name}/api", headers).body)["version"].startswith("2.")
    assert hub.request("GET", f"/user/{alice.name}/lab", headers).status == 404
    assert "python3" in json.loads(hub.request("GET", f"/user/{alice.name}/api/kernelspecs", headers).body)["kernelspecs"]
    assert hub.api("DELETE", f"/users/{alice.name}/server", token).status in (202, 204)
    wait_for(lambda: hub.api("GET", f"/users/{alice.name}", token).value["server"] is None)

    link = f"git-pull?repo=file%3A%2F%2F{origin}&branch=main&targetpath=pulled&urlpath=files%2Fpulled%2Fa%2520b.txt"
    page.goto(f"{hub.url}/hub/user-redirect/{link}")
    page.get_by_label("Account").fill(alice.name)
    page.get_by_label("Password").fill(alice.password)
    page.keyboard.press("Enter")
    pulled = alice.home / "pulled" / "a b.txt"
    wait_for(pulled.exists, 90)
    assert pulled.read_text() == "pulled by a link\n" and pulled.stat().st_uid == alice.uid
    expect(page).to_have_url(f"{hub.url}/user/{alice.name}/files/pulled/a%20b.txt", timeout=30_000)


def test_a_server_is_shared_by_a_code(hub, people, alices_server, page):
    alice, mona = people.alice, people.mona
    start(hub, alice, alices_server)
    path = f"/user/{alice.name}/api/status"
    monas = hub.token(mona)
    assert hub.request("GET", path, {"Authorization": f"token {monas}"}).status == 403
    code = hub.api("POST", f"/share-codes/{alice.name}/", alices_server)
    assert code.status == 200 and code.value["full_accept_url"].startswith(f"{hub.url}/hub/accept-share?code=")
    confidential.note("share code", code.value["code"])
    hub.log_in(page, mona, then="/hub/home")
    page.goto(code.value["full_accept_url"])
    look(page, "accept-share")
    page.get_by_role("button", name="Accept").click()
    expect(page).to_have_url(re.compile(f"/user/{alice.name}/"), timeout=30_000)
    assert hub.request("GET", path, {"Authorization": f"token {monas}"}).status == 200
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("link", name=f"Open {alice.name}’s JupyterLab")).to_have_attribute("href", f"/user/{alice.name}/lab")
    look(page, "shared-with-me")
    shares = hub.api("GET", f"/shares/{alice.name}", alices_server).value["items"]
    assert [share["user"]["name"] for share in shares] == [mona.name]
    assert hub.api("DELETE", f"/users/{mona.name}/shared/{alice.name}/", monas).status == 204
    assert hub.request("GET", path, {"Authorization": f"token {monas}"}).status == 403


def test_the_api_ends_berth_and_leaves_the_servers(hub, people, alices_server):
    start(hub, people.alice, alices_server)
    assert hub.api("POST", "/shutdown", alices_server).status == 403
    container = hub.container(people.alice)
    assert hub.api("POST", "/shutdown", hub.token(people.ada)).status == 202
    assert hub.process.wait(30) == 0
    assert hub.container(people.alice) == container
