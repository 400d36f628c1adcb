"""Behind Debian's nginx with the configuration that is delivered."""
import json
import re
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import picture, see_lab
from kernel_sockets import KernelSockets
from people import run
from site_under_test import ROOT, Site, free_port
from test_main_job import new_notebook, run_cell


@pytest.fixture(scope="module")
def behind_nginx(people, channel, tmp_path_factory):
    """A Berth whose public address is nginx's."""
    folder = tmp_path_factory.mktemp("nginx")
    site = Site(people, channel, folder, name="nginx")
    port, plain = free_port(), free_port()
    site.url = f"https://localhost:{port}"
    with site:
        text = (ROOT / "nginx" / "berth.conf").read_text()
        text = re.sub(r"listen\s+(\[::\]:)?443([^;]*);", lambda m: "" if m[1] else f"listen 127.0.0.1:{port}{m[2]};", text)
        text = re.sub(r"listen\s+(\[::\]:)?80([^;]*);", lambda m: "" if m[1] else f"listen 127.0.0.1:{plain}{m[2]};", text)
        text = re.sub(r"server_name [^;]+;", "server_name localhost;", text)
        text = re.sub(r"ssl_certificate [^;]+;", f"ssl_certificate {site.certificate};", text)
        text = re.sub(r"ssl_certificate_key [^;]+;", f"ssl_certificate_key {site.key};", text)
        text = re.sub(r"server unix:[^; ]+", f"server unix:{site.front}", text)
        text = re.sub(r"^\s*(access_log|error_log|root) [^;]+;", "", text, flags=re.M)
        configuration = folder / "nginx.conf"
        configuration.write_text(f"""
user www-data;
daemon off;
# A worker that is replaced does not wait for connections that never end: a reload cuts them.
worker_shutdown_timeout 1s;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    {text}
}}
""")
        subprocess.run(["nginx", "-t", "-c", str(configuration)], check=True)
        process = subprocess.Popen(["nginx", "-c", str(configuration)])
        site.nginx = process
        yield site
        process.terminate()
        process.wait(20)


def test_log_in_run_a_cell_and_survive_a_reload_of_nginx(behind_nginx, people, page):
    site, bob = behind_nginx, people.bob
    site.log_in(page, bob, then=f"/user/{bob.name}/lab")
    see_lab(page, ".jp-Launcher")
    sockets = KernelSockets(page)
    new_notebook(page)
    assert run_cell(page, "x = 6\nprint(x * 7)").strip() == "42"
    sockets.cut(lambda: subprocess.run(["nginx", "-c", str(site.configuration.parent / "nginx.conf"), "-s", "reload"], check=True))
    assert run_cell(page, "print(x + 1)", state="Unknown").strip() == "7"
    picture(page, "behind-nginx")


def test_forwarded_addresses_are_believed_from_the_front_alone(behind_nginx, people):
    site = behind_nginx
    path, json_type = "/hub/api/users/root/tokens", "Content-Type: application/json"
    body = json.dumps({"auth": {"username": "root", "password": "whatever-it-is"}})
    claim = "X-Forwarded-For: 203.0.113.9"
    # By Berth's own TLS listener the header is the client's claim, and worth nothing.
    with site.awaiting("“root” from 127.0.0.1 was refused"):
        site.request("POST", path, dict(field.split(": ") for field in (json_type, claim)), body)
    assert "203.0.113.9" not in site.log.read_text()
    # By nginx neither: it tells who came to it.
    with site.awaiting("“root” from 127.0.0.1 was refused"):
        curl("--insecure", "--header", json_type, "--header", claim, "--data", body, f"{site.url}{path}")
    assert "203.0.113.9" not in site.log.read_text()
    # Of the front end's socket it is believed.
    with site.awaiting("“root” from 203.0.113.9 was refused"):
        curl("--unix-socket", str(site.front), "--header", json_type, "--header", claim, "--data", body, f"http://localhost{path}")


def curl(*arguments):
    run("curl", "--silent", "--output", "/dev/null", *arguments)
