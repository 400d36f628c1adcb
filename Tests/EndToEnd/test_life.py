"""The life of servers: names, limits, GPUs that others have, and the end of what nobody uses."""
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import websocket
from playwright.sync_api import expect

import confidential
from conftest import picture, see_lab
from looking import look
from meters import Meters
from people import run
from site_under_test import ROOT, Site
from test_clients import trusting
from test_main_job import wait_for

GPUS = ROOT / "Tests" / "Fixtures" / "GPUs"


class SiteWithGPUs(Site):
    """A Berth whose host seems to have one GPU: nvidia-smi and the engine's toolkit are fakes."""

    def __init__(self, *arguments):
        super().__init__(*arguments, name="life")
        self.engine = pathlib.Path(self.folder) / "engine.sock"
        self.notes = pathlib.Path(self.folder) / "notes.jsonl"

    def __enter__(self):
        self.notes.write_text("")
        self.fake = subprocess.Popen(
            [sys.executable, str(GPUS / "fake_gpu_engine.py"), str(self.engine), str(self.notes)], stdout=subprocess.PIPE, text=True)
        assert self.fake.stdout.readline() == "ready\n"
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.fake.terminate()
        self.fake.wait()

    def write_configuration(self):
        super().write_configuration()
        text = self.configuration.read_text()
        text = text.replace("engine:\n", f"""\
  - name: short
    title: A short stay
    image: berth/trial:1
    memory: 512m
    cull: {{after: 30s}}
  - name: gpu
    title: One GPU
    image: berth/trial:1
    memory: 512m
    gpus: 1
servers:
  named_limit: 2
  cull: {{warning: 6s, interval: 1s}}
gpus:
  devices: [GPU-fake0001]
  command: {GPUS}/fake-nvidia-smi
limits:
  - name: little
    users: [{self.people.alice.name}]
    each: {{memory: 3g}}
services:
  - {{name: nobody, url: "http://127.0.0.1:1"}}
engine:
  socket: {self.engine}
""", 1)
        self.configuration.write_text(text)

    def servers(self, person, token):
        return self.api("GET", f"/users/{person.name}?include_stopped_servers", token).value["servers"]

    def is_ready(self, person, token, name=""):
        return self.servers(person, token).get(name, {}).get("ready", False)

    def begin(self, person, token, profile, name=None):
        path = f"/users/{person.name}/server" if name is None else f"/users/{person.name}/servers/{name}"
        answer = self.api("POST", path, token, {"profile": profile})
        assert answer.status in (201, 202), answer.body

    def end(self, person, token, name=None):
        path = f"/users/{person.name}/server" if name is None else f"/users/{person.name}/servers/{name}"
        assert self.api("DELETE", path, token).status in (202, 204)
        wait_for(lambda: not self.is_ready(person, token, name or ""))


@pytest.fixture(scope="module")
def site(people, channel, tmp_path_factory):
    with SiteWithGPUs(people, channel, tmp_path_factory.mktemp("life")) as site:
        yield site


def card(page, title):
    return page.locator("article.server", has=page.get_by_role("heading", name=title, exact=True))


def test_servers_with_names(site, people, page):
    bob = people.bob
    site.log_in(page, bob)
    page.goto(site.url + "/hub/home")
    page.get_by_text("New server…").click()
    page.get_by_label("Name of the server").fill("trials")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name=re.compile("“trials”"))).to_be_visible()
    page.get_by_label("A short stay").check()
    look(page, "named-server-spawn")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(f"**/user/{bob.name}/trials/lab**", wait_until="commit", timeout=60_000)
    see_lab(page)

    page.goto(site.url + "/hub/home")
    expect(card(page, "trials").get_by_text("A short stay").or_(card(page, "trials").get_by_text("short"))).to_be_visible()
    look(page, "named-servers")
    card(page, "trials").get_by_role("button", name="Stop").click()
    # It is still theirs, and knows what it was started with.
    expect(card(page, "trials").get_by_text("Stopped")).to_be_visible(timeout=30_000)
    expect(card(page, "trials").get_by_text("short")).to_be_visible()
    card(page, "trials").get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(f"**/user/{bob.name}/trials/lab**", wait_until="commit", timeout=60_000)
    page.goto(site.url + "/hub/home")
    card(page, "trials").get_by_role("button", name="Stop").click()
    card(page, "trials").get_by_role("button", name="Remove").click()
    expect(card(page, "JupyterLab")).to_be_visible()
    expect(card(page, "trials")).to_have_count(0)


def test_a_limit_is_told_in_words(site, people, page):
    alice = people.alice
    token = site.token(alice)
    site.begin(alice, token, "cpu")
    site.log_in(page, alice)
    page.goto(f"{site.url}/hub/spawn/{alice.name}/second?choose")
    page.get_by_label("CPU", exact=False).first.check()
    page.get_by_role("button", name="Start", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("All your servers together may have 3 GiB of memory", timeout=30_000)
    expect(alert).to_contain_text("the one without a name")
    look(page, "limit")
    site.end(alice, token)
    assert not site.is_ready(alice, token, "second")


def test_idle_servers_end_and_busy_ones_stay(site, people, page):
    alice = people.alice
    token = site.token(alice)
    site.begin(alice, token, "short", "busy")
    wait_for(lambda: site.is_ready(alice, token, "busy"), 60)
    client = subprocess.Popen([sys.executable, "-c", f"""
from jupyter_kernel_client import JupyterKernelClient
with JupyterKernelClient(server_url="{site.url}/user/{alice.name}/busy", token="{token}") as kernel:
    kernel.execute("import time; time.sleep(600)", timeout=600)
"""], env=trusting(site), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        def kernels():
            answer = site.request("GET", f"/user/{alice.name}/busy/api/kernels?no_track_activity=1", {"Authorization": f"token {token}"})
            assert answer.status == 200, f"{answer.status}: {answer.body.decode()}"
            return [kernel["execution_state"] for kernel in json.loads(answer.body)]

        wait_for(lambda: kernels() == ["busy"], 60)
    finally:
        # The kernel computes on, with nobody connected.
        client.kill()
        client.wait()

    site.begin(alice, token, "short")
    wait_for(lambda: site.is_ready(alice, token), 60)
    site.log_in(page, alice)
    page.goto(site.url + "/hub/home")
    keep = card(page, "JupyterLab").get_by_role("button", name="Keep it running")
    wait_for(lambda: page.reload() and keep.count() > 0, 60)
    picture(page, "ending")
    keep.click()
    expect(card(page, "JupyterLab").get_by_text("Running")).to_be_visible()
    expect(keep).to_have_count(0)
    # Kept, and not used again: now it goes.
    wait_for(lambda: not site.is_ready(alice, token), 60)
    assert site.is_ready(alice, token, "busy") and kernels() == ["busy"]
    log = (site.state / "gateway" / "audit.log").read_text()
    culled = [event for event in map(json.loads, log.splitlines()) if event.get("what") == "server.culled"]
    assert [event["on"] for event in culled if event["on"].startswith(alice.name)] == [alice.name]
    assert re.search(r'berth_culls_total\{reason="idle"\} [1-9]', site.request("GET", "/hub/metrics").body.decode())
    site.end(alice, token, "busy")


def test_gpus_go_round(site, people, page):
    alice, bob, mona = people.alice, people.bob, people.mona
    tokens = {person.name: site.token(person) for person in (alice, bob, mona)}
    site.begin(bob, tokens[bob.name], "gpu")
    wait_for(lambda: site.is_ready(bob, tokens[bob.name]), 60)

    site.log_in(page, alice)
    page.goto(f"{site.url}/hub/spawn/{alice.name}?choose")
    page.get_by_label("One GPU").check()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("[data-message]")).to_have_text("Waiting for a GPU: you are next", timeout=30_000)
    site.begin(mona, tokens[mona.name], "gpu")
    wait_for(lambda: site.api("GET", "/gpus", tokens[alice.name]).value["waiting"] == 2)
    # The place in the line is neither the page's nor the gateway's.
    site.stop()
    site.start()
    wait_for(lambda: site.api("GET", "/gpus", tokens[alice.name]).value["waiting"] == 2)
    meters = Meters(site)
    assert meters.sum("berth_start_queue") == 2 and meters.sum("berth_gpu_servers") == 1
    page.goto(f"{site.url}/hub/spawn-pending/{alice.name}")
    expect(page.get_by_role("heading", name="Waiting for a GPU")).to_be_visible()
    expect(page.locator("[data-message]")).to_have_text("Waiting for a GPU: you are next")
    look(page, "queue")

    page.get_by_role("link", name="Who has them?").click()
    expect(page.get_by_text(bob.name)).to_be_visible()
    expect(page.get_by_text("2 starts wait for a GPU.")).to_be_visible()
    look(page, "gpus")
    overview = site.api("GET", "/gpus", tokens[alice.name]).value
    assert [gpu["id"] for gpu in overview["gpus"]] == ["GPU-fake0001"]
    assert [holder["user"] for holder in overview["gpus"][0]["holders"]] == [bob.name]

    page.goto(f"{site.url}/hub/spawn-pending/{alice.name}")
    site.end(bob, tokens[bob.name])
    page.wait_for_url(f"**/user/{alice.name}/lab**", wait_until="commit", timeout=60_000)
    see_lab(page)
    assert not site.is_ready(mona, tokens[mona.name])
    # Who gives up is out of the line.
    assert site.api("DELETE", f"/users/{mona.name}/server", tokens[mona.name]).status in (202, 204)
    wait_for(lambda: site.api("GET", "/gpus", tokens[alice.name]).value["waiting"] == 0)
    site.end(alice, tokens[alice.name])
    asked = [line for line in map(json.loads, site.notes.read_text().splitlines()) if line["devices"]]
    assert [line["labels"]["org.berth.owner"] for line in asked] == [bob.name, alice.name]
    assert all(line["devices"][0]["DeviceIDs"] == ["GPU-fake0001"] for line in asked)
    wait_for(lambda: os.listdir(site.runtime / "servers") == [])


def test_the_numbers_move_with_what_happens_and_the_dashboard_asks_for_them(site, people):
    bob = people.bob
    before = Meters(site)
    token = site.token(bob)
    refused = site.request("POST", f"/hub/api/users/{bob.name}/tokens", {"Content-Type": "application/json"}, json.dumps(
        {"auth": {"username": bob.name, "password": confidential.note("mistyped password", "not-the-password")}}))
    assert refused.status == 403
    site.begin(bob, token, "short")
    wait_for(lambda: site.is_ready(bob, token), 60)
    base, headers = f"/user/{bob.name}", {"Authorization": f"token {token}"}
    kernel = json.loads(site.request("POST", f"{base}/api/kernels", headers, "{}").body)["id"]
    socket = websocket.create_connection(
        f"{site.url.replace('https', 'wss')}{base}/api/kernels/{kernel}/channels", header=[f"Authorization: token {token}"],
        sslopt={"ca_certs": str(site.certificate)}, timeout=60)
    with site.unfinished_request("POST", f"{base}/api/kernels", headers):
        during = Meters(site)
    socket.close()
    assert site.request("GET", "/services/nobody/").status == 502
    recipe = f"name: numbers\nchannels: [{site.channel}, nodefaults]\ndependencies: [berth-hello]\n"
    assert site.api("POST", "/environments", token, {"recipe": recipe}).status == 202
    wait_for(lambda: Meters(site).sum("berth_environment_builds_total", result="success") > before.sum(
        "berth_environment_builds_total", result="success"), 120)
    # Jupyter ends by itself: a failure, with its cause.
    run("docker", "kill", site.container(bob))
    wait_for(lambda: not site.is_ready(bob, token))
    wait_for(lambda: Meters(site).sum("berth_proxy_upgrades") == before.sum("berth_proxy_upgrades"))
    after = Meters(site)

    for name, labels in (
        ("berth_logins_total", {"result": "success"}), ("berth_logins_total", {"result": "refused"}),
        ("berth_server_starts_total", {"result": "success"}), ("berth_server_start_seconds_count", {"phase": "total"}),
        ("berth_server_start_seconds_sum", {"phase": "total"}), ("berth_server_failures_total", {}),
        ("berth_server_failure_causes_total", {}), ("berth_environment_builds_total", {"result": "success"}),
        ("berth_proxy_requests_total", {}), ("berth_proxy_bytes_total", {"direction": "in"}),
        ("berth_proxy_bytes_total", {"direction": "out"}), ("berth_proxy_upstream_errors_total", {}), ("berth_tokens", {}),
    ):
        assert after.sum(name, **labels) > before.sum(name, **labels), (name, labels)
    assert during.sum("berth_proxy_upgrades") > before.sum("berth_proxy_upgrades")
    assert during.sum("berth_proxy_connections") > 1
    assert during.sum("berth_servers", state="ready") > before.sum("berth_servers", state="ready")
    assert all(0 <= value < 60 for _, value in after.series["berth_event_loop_lag_seconds"])
    site.berth("env", "remove", "--user", bob.name, "numbers")

    # What the dashboard asks for, there is: names, and labels that it groups by.
    asked = 0
    for panel in json.loads((ROOT / "config/grafana/berth.json").read_text())["panels"]:
        for query in (target["expr"] for target in panel.get("targets", [])):
            names = set(re.findall(r"berth_\w+", query))
            groups = {label.strip() for labels in re.findall(r"by \(([^)]*)\)", query) for label in labels.split(",")}
            assert names and names <= after.series.keys(), (panel["title"], names - after.series.keys())
            assert groups <= set().union(*(after.labels[name] for name in names)), (panel["title"], groups)
            asked += 1
    assert asked > 10
