"""JupyterHub's clients, as their users have them, against a real Berth."""
import json
import os
import subprocess
import sys

import pytest

from test_main_job import wait_for

HERE = os.path.dirname(__file__)


@pytest.fixture(scope="module")
def alices_token(site, people, alices_environment):
    return site.token(people.alice)


def start(site, person, token):
    answer = site.api("POST", f"/users/{person.name}/server", token, {"profile": "cpu", "environment": "work"})
    assert answer.status in (201, 202) or b"already running" in answer.body, answer.body
    wait_for(lambda: site.api("GET", f"/users/{person.name}", token).value["servers"].get("", {}).get("ready"), 60)


def stop(site, person, token):
    assert site.api("DELETE", f"/users/{person.name}/server", token).status in (202, 204)
    wait_for(lambda: site.api("GET", f"/users/{person.name}", token).value["server"] is None)


def trusting(site, **variables):
    """An environment in which Python's clients believe the site's certificate."""
    path = str(site.certificate)
    return {**os.environ, "SSL_CERT_FILE": path, "REQUESTS_CA_BUNDLE": path, "WEBSOCKET_CLIENT_CA_BUNDLE": path, **variables}


def test_vs_codes_calls_in_its_order(site, people, alices_environment):
    alice = people.alice
    # Is it a hub? Without credentials, and a redirect would count as no.
    answer = site.request("GET", "/hub/api")
    assert answer.status == 200 and json.loads(answer.body)["version"].startswith("5.")
    # What was typed is tried as a token first: refused, cheaply, and it is no failed log-in.
    for _ in range(15):
        assert site.api("GET", f"/users/{alice.name}", alice.password).status == 403
    assert site.api("POST", "/authorizations/token", "", {}).status == 404
    token = site.token(alice)
    user = site.api("GET", f"/users/{alice.name}?include_stopped_servers", token).value
    assert user["name"] == alice.name and set(user["servers"]) == {""}
    start(site, alice, token)
    url = site.api("GET", f"/users/{alice.name}", token).value["servers"][""]["url"]
    for path in ("api", "api/kernelspecs", "api/sessions", "api/kernels", "api/contents"):
        # No cookie, no XSRF mark, no Origin.
        assert site.request("GET", url + path, {"Authorization": f"token {token}"}).status == 200, path
    made = site.request("POST", url + "api/sessions", {"Authorization": f"token {token}", "Content-Type": "application/json"}, json.dumps(
        {"name": "vs", "path": "vs.ipynb", "type": "notebook", "kernel": {"name": "python3"}}))
    assert made.status == 201, made.body
    identifier = site.api("GET", f"/users/{alice.name}/tokens", token).value["api_tokens"][0]["id"]
    assert site.api("DELETE", f"/users/{alice.name}/tokens/{identifier}", token).status == 204
    assert site.api("GET", "/user", token).status == 403


def test_a_kernel_client_executes_with_a_token(site, people, alices_token):
    alice = people.alice
    start(site, alice, alices_token)
    script = f"""
from jupyter_kernel_client import JupyterKernelClient
with JupyterKernelClient(server_url="{site.url}/user/{alice.name}", token="{alices_token}") as kernel:
    reply = kernel.execute("import os; print(os.getuid())")
    print(reply["status"], reply["outputs"][0]["text"])
"""
    finished = subprocess.run([sys.executable, "-c", script], env=trusting(site), text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120)
    assert finished.returncode == 0, finished.stdout
    assert f"ok {alice.uid}" in finished.stdout, finished.stdout


def test_the_idle_culler_stops_an_idle_server(site, people, alices_token):
    alice = people.alice
    start(site, alice, alices_token)
    scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    culler = subprocess.Popen(
        [sys.executable, "-m", "jupyterhub_idle_culler", f"--url={site.url}/hub/api", "--timeout=2", "--cull-every=1"],
        env=trusting(site, JUPYTERHUB_API_TOKEN=site.token(people.ada, scopes=scopes)), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    try:
        wait_for(lambda: site.api("GET", f"/users/{alice.name}", alices_token).value["server"] is None, 60)
    finally:
        culler.terminate()
        print(culler.communicate()[0][-2000:])


def test_jupyterhubs_own_example_starts_and_stops_by_progress(site, people, alices_token):
    """`examples/server-api/start-stop-server.py` of JupyterHub: start, follow the progress, use, stop."""
    alice = people.alice
    stop(site, alice, alices_token)
    answer = site.api("POST", f"/users/{alice.name}/server", alices_token)
    assert answer.status in (201, 202)
    progress = site.api("GET", f"/users/{alice.name}", alices_token).value["servers"][""]["progress_url"]
    stream = site.request("GET", progress, {"Authorization": f"token {alices_token}"})
    events = [json.loads(line[5:]) for line in stream.body.decode().splitlines() if line.startswith("data:")]
    assert events[-1]["ready"] and events[-1]["progress"] == 100 and events[-1]["url"] == f"/user/{alice.name}/"
    stop(site, alice, alices_token)
    assert site.request("GET", f"/user/{alice.name}/api/status", {"Authorization": f"token {alices_token}"}).status == 424


def test_nbgitpullers_links_keep_every_byte(site, people, page):
    link = "git-pull?repo=https%3A%2F%2Fexample.org%2Fr&urlpath=lab%2Ftree%2Fr%2Fa%2520b.ipynb%3Fautodecode&branch=main"
    site.log_in(page, people.bob, then="/hub/home")
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    answer = site.request("GET", f"/hub/user-redirect/{link}", {"Cookie": cookies})
    assert answer.status in (302, 303) and answer.headers["Location"] == f"/user/{people.bob.name}/{link}"


@pytest.mark.parametrize("who, examples", [("ada", 8), ("bob", 3)])
def test_the_api_is_what_its_document_says(site, people, who, examples):
    """Schemathesis makes requests of all kinds, as an administrator and as anybody: no server error, and no answer that is not described."""
    token = site.token(getattr(people, who))
    finished = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", f"{site.url}/hub/api/openapi.json",
         "--url", f"{site.url}/hub/api", "--header", f"Authorization: token {token}", "--tls-verify", str(site.certificate),
         "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
         "--max-examples", str(examples), "--phases", "examples,fuzzing", "--seed", "1", "--suppress-health-check", "all", "--no-color"],
        # An environment of its own: where Hypothesis sees a CI's variables, its health checks come back and fail the run.
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    assert finished.returncode == 0, finished.stdout[-6000:]
