"""Either half may stop or crash: servers and kernels go on."""
import json
import os
import pathlib
import signal

import websocket
from playwright.sync_api import expect

from conftest import picture, see_lab
from kernel_sockets import KernelSockets
from site_under_test import Site
from test_hostile import start_server
from test_main_job import new_notebook, run_cell, wait_for


def cookies_of(page):
    return "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())


def execute(site, person, kernel, cookies, code):
    """Runs `code` in a kernel over its WebSocket, as JupyterLab does, and returns what it printed."""
    connection = websocket.create_connection(
        f"{site.url.replace('https', 'wss')}/user/{person.name}/api/kernels/{kernel}/channels",
        cookie=cookies, origin=site.url, sslopt={"ca_certs": str(site.certificate)}, timeout=60)
    message = {"header": {"msg_id": os.urandom(8).hex(), "msg_type": "execute_request", "username": "", "session": "s",
                          "version": "5.3", "date": "2026-01-01T00:00:00Z"},
               "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
               "content": {"code": code, "silent": False, "store_history": False, "user_expressions": {},
                           "allow_stdin": False}}
    connection.send(json.dumps(message))
    printed = ""
    while True:
        answer = json.loads(connection.recv())
        if answer.get("parent_header", {}).get("msg_id") != message["header"]["msg_id"]:
            continue
        if answer["msg_type"] == "stream":
            printed += answer["content"]["text"]
        if answer["msg_type"] == "error":
            raise AssertionError(answer["content"])
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            connection.close()
            return printed


def start_kernel(site, person, page):
    xsrf = next(c["value"] for c in page.context.cookies() if c["name"] == "_xsrf" and "/user/" in c["path"])
    answer = site.request("POST", f"/user/{person.name}/api/kernels", {
        "Cookie": cookies_of(page), "Origin": site.url, "X-XSRFToken": xsrf, "Content-Type": "application/json"}, "{}")
    assert answer.status == 201, answer.body
    return json.loads(answer.body)["id"]


def test_a_kernel_outlives_both_halves(site, people, alices_environment, page):
    alice = people.alice
    start_server(site, alice, page)
    kernel, cookies = start_kernel(site, alice, page), cookies_of(page)
    assert execute(site, alice, kernel, cookies, "x = 41; print('set')") == "set\n"
    container = site.container(alice)

    # A crash of each half: `berth run` starts it again.
    for half in ("gateway", "launcher"):
        before = site.child(half)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: running(site, half) not in (None, before))
        wait_for(lambda: answers(site, alice, cookies))
        assert execute(site, alice, kernel, cookies, "x += 1; print(x)").strip().isdigit()

    # A stop and a new start of the whole.
    site.stop()
    assert site.container(alice) == container
    site.start()
    wait_for(lambda: answers(site, alice, cookies))
    assert execute(site, alice, kernel, cookies, "print(x)") == "43\n"
    assert site.container(alice) == container



def test_an_open_notebook_goes_on_without_being_loaded_anew(site, people, alices_environment, page):
    """Its kernel's WebSocket is cut by the gateway's end and finds its way back; what the kernel had in memory is there."""
    open_launcher(site, people.alice, page)
    sockets = KernelSockets(page)
    new_notebook(page)
    assert run_cell(page, "x = 6\nprint(x * 7)").strip() == "42"
    # Whoever looks at that moment is told that the connection is lost, and may wait.
    page.add_locator_handler(
        page.locator(".jp-Dialog").get_by_role("button", name="Dismiss"), lambda dismiss: dismiss.click())

    def restart():
        site.stop()
        site.start()

    sockets.cut(restart)
    assert run_cell(page, "print(x + 1)", state="Unknown").strip() == "7"


def open_launcher(site, person, page):
    """JupyterLab with nothing open."""
    start_server(site, person, page)
    page.goto(f"{site.url}/user/{person.name}/lab?reset")
    see_lab(page, ".jp-Launcher")


def test_jupyterlabs_dialog_of_a_lost_server_starts_it_again(site, people, alices_environment, page):
    alice = people.alice
    open_launcher(site, alice, page)
    before = site.container(alice)
    token = site.token(alice)
    assert site.api("DELETE", f"/users/{alice.name}/server", token).status in (202, 204)
    dialog = page.locator(".jp-Dialog", has_text="Server unavailable or unreachable")
    expect(dialog).to_be_visible(timeout=90_000)
    picture(page, "lab-lost")
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Restart").click()
    # By the hub's page of the start, to JupyterLab.
    expect(opened.value).to_have_url(f"{site.url}/user/{alice.name}/lab", timeout=60_000)
    see_lab(opened.value)
    assert site.container(alice) != before
    opened.value.close()


def test_a_stop_ends_both_halves_and_a_crash_of_the_run_too(people, channel, tmp_path_factory):
    with Site(people, channel, tmp_path_factory.mktemp("stop"), name="stop") as site:
        halves = [pathlib.Path(f"/proc/{site.child(half)}") for half in ("gateway", "launcher")]
        site.stop()
        assert site.process.returncode == 0
        assert not any(half.exists() for half in halves)
        site.start()
        halves = [pathlib.Path(f"/proc/{site.child(half)}") for half in ("gateway", "launcher")]
        site.process.kill()
        site.process.wait()
        wait_for(lambda: not any(half.exists() for half in halves))


def running(site, half):
    try:
        return site.child(half)
    except RuntimeError:
        return None


def answers(site, person, cookies):
    try:
        return site.request("GET", f"/user/{person.name}/api/status", {"Cookie": cookies}).status == 200
    except OSError:
        return False


def test_a_websocket_with_a_cookie_must_carry_the_sites_origin(site, people, alices_environment, page):
    start_server(site, people.alice, page)
    kernel, cookies = start_kernel(site, people.alice, page), cookies_of(page)
    for origin in ("https://evil.example", None):
        try:
            websocket.create_connection(
                f"{site.url.replace('https', 'wss')}/user/{people.alice.name}/api/kernels/{kernel}/channels",
                cookie=cookies, origin=origin, suppress_origin=origin is None,
                sslopt={"ca_certs": str(site.certificate)}, timeout=20).close()
            raise AssertionError(f"origin {origin} was taken")
        except websocket.WebSocketBadStatusException as refusal:
            assert refusal.status_code == 403
