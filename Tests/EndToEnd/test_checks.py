"""Recipes on their way: checked at a site elsewhere, made shorter, given as manifests of other tools, solved for another system."""
import json
import os
import re
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import expect

from site_under_test import BINARY


def berth(site, *arguments, token=None, ca=None):
    """The program as it runs where there is no launcher and no configuration."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | ({"BERTH_TOKEN": token} if token else {})
    return subprocess.run(
        [BINARY, *map(str, arguments), "--site", site.url, "--ca", str(ca or site.certificate)], text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, timeout=300)


def test_a_runner_elsewhere_checks_a_recipe_by_token(site, people, tmp_path):
    """What the launcher's own host finds, in every format and with its exit codes; files beside the recipe go along."""
    token, recipe = site.token(people.alice), tmp_path / "environment.yml"
    head = f"name: x\nchannels: [{site.channel}, nodefaults]\ndependencies:\n  - python=3.11\n"
    (tmp_path / "more.txt").write_text("rich\nrich>13\n")
    recipe.write_text(head + "  - berth-left\n  - berth-right\n  - pip\n  - pip:\n      - -r more.txt\n")
    options = ["env", "check", recipe, "--with-cuda", "none", "--platform", "linux-64"]
    told = berth(site, *options, "--format", "json", token=token)
    assert told.returncode == 2, told.stderr
    here = site.berth(*map(str, options), "--user", people.alice.name, "--format", "json", check=False)
    assert json.loads(told.stdout) == json.loads(here[here.index("["):here.rindex("]") + 1])
    found = {(each["rule"], each["file"], each["line"]) for each in json.loads(told.stdout)}
    assert {("unsolvable", str(recipe), 5), ("unsolvable", str(recipe), 6), ("duplicate", str(tmp_path / "more.txt"), 2)} <= found
    annotated = berth(site, *options, "--format", "github", token=token).stdout
    assert re.search(r"::error file=.*environment.yml,line=5,col=5,title=unsolvable::For linux-64 without CUDA: ", annotated), annotated

    recipe.write_text(head + "  - berth-hello\n")
    told = berth(site, "env", "check", recipe, "--import", "--with", "__archspec=x86_64_v3", token=token)
    assert told.returncode == 0 and told.stdout == "", told.stderr
    assert "solves for this host" in told.stderr and "modules imported: 1" in told.stderr and "\nsolving" in told.stderr


def test_a_site_that_can_not_be_asked_is_no_fault_of_the_recipe(site, people, tmp_path):
    recipe = tmp_path / "environment.yml"
    recipe.write_text("dependencies: [python=3.11]\n")
    secret = tmp_path / "token"
    secret.write_text("0" * 32 + "\n")
    check = ["env", "check", recipe]
    wrong = berth(site, *check, "--token-file", secret)
    assert wrong.returncode == 69 and "doesn't take the token" in wrong.stderr
    none = berth(site, *check)
    assert none.returncode == 1 and "BERTH_TOKEN" in none.stderr
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other", "-keyout",
                    tmp_path / "key.pem", "-out", other], check=True, capture_output=True)
    untrusted = berth(site, *check, token=site.token(people.alice), ca=other)
    assert untrusted.returncode == 69 and "--ca" in untrusted.stderr, untrusted.stderr
    plain = subprocess.run([BINARY, "env", "check", str(recipe), "--site", "http://hub.example.org"], text=True, capture_output=True)
    assert plain.returncode == 64 and "without TLS" in plain.stderr


class EndlessSite(BaseHTTPRequestHandler):
    """A Berth whose check never comes to an end, and that notes what is given up."""
    followed, left, given_up = threading.Event(), threading.Event(), []

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(202, json.dumps({"id": "1", "progress_url": "/hub/api/checks/1/log"}).encode())

    def do_GET(self):
        self.answer(200)
        self.followed.set()
        self.left.wait(60)

    def do_DELETE(self):
        self.given_up.append(self.path)
        self.answer(204)

    def answer(self, status, body=b""):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_ctrl_c_ends_a_check_at_the_site(tmp_path):
    recipe = tmp_path / "environment.yml"
    recipe.write_text("dependencies: [python=3.11]\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), EndlessSite)
    threading.Thread(target=server.serve_forever).start()
    check = subprocess.Popen(
        [BINARY, "env", "check", recipe, "--site", f"http://127.0.0.1:{server.server_port}"], env={"BERTH_TOKEN": "0" * 32},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert EndlessSite.followed.wait(60)
        check.send_signal(signal.SIGINT)
        told = check.communicate(timeout=60)
        assert (check.returncode, EndlessSite.given_up) == (130, ["/hub/api/checks/1"]), told
    finally:
        check.kill()
        EndlessSite.left.set()
        server.shutdown()
        server.server_close()


def test_what_is_too_large_is_refused_also_where_it_is_sent_to_its_end(site, people):
    """Python's client reads no answer before all is sent."""
    token = site.token(people.alice)
    for path in ("/environments/check", "/environments/lint", "/environments"):
        assert site.api("POST", path, token, {"recipe": "#" * (8 << 20)}).status == 413, path


def test_a_frozen_recipe_becomes_the_shorter_one_that_solves_to_the_same(site, people, page, tmp_path):
    """All is pinned, as a tool writes it: proved, and taken over by the command line, the API's answer and one click."""
    token = site.token(people.alice)
    head = f"name: frozen\nchannels: [{site.channel}, nodefaults]\ndependencies:\n"
    solve = lambda text: site.api("POST", "/environments/solve", token, {"recipe": text}).value  # noqa: E731
    packages = solve(head + "  - python=3.11\n  - jupyterlab\n")["lock"]["packages"]
    frozen = head + "".join(f"  - {each['name']}={each['version']}={each['build']}\n" for each in packages)
    answer = solve(frozen)
    shorter = answer["minimal"]["recipe"]
    assert answer["lock"]["packages"] == packages and len(shorter.splitlines()) < len(frozen.splitlines()) - 2
    assert solve(shorter)["lock"] == answer["lock"] and solve(shorter)["minimal"] is None
    assert any(each["rule"] == "freeze-bloat" and "solve to the same lock" in each["remedy"] for each in answer["findings"])

    recipe = tmp_path / "environment.yml"
    recipe.write_text(frozen)
    told = site.berth("env", "check", str(recipe), "--fix", "--minimal", "--user", people.alice.name, check=False)
    # --fix takes the builds out first.
    written = recipe.read_text()
    assert "taken out" in told or "is shorter" in told, told
    assert [line.split("=")[0] for line in written.splitlines()] == [line.split("=")[0] for line in shorter.splitlines()]
    recipe.write_text(frozen)
    berth(site, "env", "check", recipe, "--fix", "--minimal", token=token)
    assert recipe.read_text() == written

    site.log_in(page, people.alice)
    page.goto(f"{site.url}/hub/environments/new")
    page.locator("#recipe").fill(frozen)
    page.get_by_role("button", name="Try to solve").click()
    page.get_by_role("button", name="Take over the shorter recipe").click()
    expect(page.locator("#recipe")).to_have_value(shorter)


def build(site, token, method, path, body):
    """Waits for what the API builds, and gives its answer and its last event."""
    answer = site.api(method, path, token, body)
    assert answer.status == 202, answer.value
    log = site.request("GET", answer.value["progress_url"], {"Authorization": f"token {token}"}).body.decode()
    return answer.value, [json.loads(line[6:]) for line in log.splitlines() if line.startswith("data: ")][-1]


def test_a_manifest_is_built_by_the_api_and_another_system_is_solved_for(site, people):
    token = site.token(people.alice)
    manifest = (f'[workspace]\nname = "made"\nchannels = ["{site.channel}"]\nplatforms = ["linux-64"]\n'
                '[dependencies]\nberth-base = "1.*"\n[feature.gpu.dependencies]\nberth-gpu = "*"\n')
    system = ["__cuda=12.4", "__glibc=2.17"]
    refused, last = build(site, token, "POST", "/environments", {"recipe": manifest, "choose": ["gpu"]})
    assert last["failed"] and "berth-gpu" in refused["recipe"]
    made, last = build(site, token, "POST", "/environments", {"recipe": manifest, "choose": ["gpu"], "virtual_packages": system})
    assert last["ready"] and made["choices"] == ["gpu"], last
    # The next version is for the same host.
    again, last = build(site, token, "PATCH", "/environments/made", {"recipe": made["recipe"].replace("berth-base=1.*", "berth-base=2.*")})
    assert last["ready"] and "recipe" not in again, last
    shown = site.api("GET", "/environments/made", token).value
    assert any("__glibc=2.17" in notice for notice in shown["notices"]), shown
    unknown = site.api("POST", "/environments", token, {"recipe": manifest, "choose": ["cpu"]})
    assert unknown.status == 400 and "the file has gpu" in unknown.value["message"]
    assert site.api("DELETE", "/environments/made", token).status == 204
