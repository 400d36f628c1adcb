"""What a request and a download cost the gateway, beside nginx and HAProxy in front of the same upstream,
in turns: seconds of CPU, and the ratio to nginx.

Berth does its whole work here: TLS, the session's check, routing, rewriting, access log. The peers pass on
what they get. Needs nginx, haproxy and wrk.

usage: proxy.py [ROUNDS]
"""
import contextlib
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2] / "Tests" / "EndToEnd"), str(HERE.parents[1] / "start")]

from conversation import Browser
from local_channel import local_channel
from people import People, run
from site_under_test import Site, free_port

SECONDS, CONNECTIONS, DOWNLOAD = 4, 32, 64 << 20
WORKS = ("1 KiB", "64 MiB")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with contextlib.ExitStack() as stack:
        people = stack.enter_context(People())
        channel = stack.enter_context(local_channel())
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = stack.enter_context(Site(people, channel, folder, name="bench"))
        cookie, upstream = stack.enter_context(own_upstream(site, people.alice))
        doors = {
            "nginx": stack.enter_context(nginx_front(site, folder, upstream)),
            "HAProxy": stack.enter_context(haproxy_front(site, folder, upstream)),
            "Berth": (site.port, [site.child("gateway")]),
        }
        results = {(name, work): [] for name in doors for work in WORKS}
        for index in range(rounds + 1):
            for name, (port, processes) in doors.items():
                base = f"https://localhost:{port}/user/{people.alice.name}/files"
                costs = requests(f"{base}/small", cookie, processes), download(f"{base}/large", cookie, processes, folder)
                if index:  # the first warms up
                    for work, cost in zip(WORKS, costs):
                        results[name, work].append(cost)
        report(doors, results)


def requests(url, cookie, processes):
    """Seconds of CPU for 10,000 requests by TLS 1.3, kept alive."""
    before = cpu(processes)
    said = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Cookie: {cookie}", url],
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    assert "Non-2xx" not in said, said
    count = int(re.search(r"(\d+) requests in", said)[1])
    return (cpu(processes) - before) / count * 10_000


def download(url, cookie, processes, folder):
    """Seconds of CPU for a GiB in pieces of 64 MiB."""
    before = cpu(processes)
    for _ in range(8):
        said = subprocess.run(["curl", "--silent", "--insecure", "--cookie", cookie, "--output", "/dev/null", "--write-out",
                               "%{http_code} %{size_download}", url], check=True, text=True, stdout=subprocess.PIPE).stdout
        assert said == f"200 {DOWNLOAD}", said
    return (cpu(processes) - before) * 2


def cpu(processes):
    """utime and stime of some processes, in seconds (proc(5))."""
    ticks = 0
    for process in processes:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def own_upstream(site, person):
    """The person's own nginx in the place of their Jupyter: it is their socket, under their UID."""
    with Browser("localhost", site.port, str(site.certificate)) as browser:
        form = browser.get("/hub/login").text
        browser.post("/hub/login", urllib.parse.urlencode({
            "_csrf": re.search(r'name="_csrf" value="([^"]+)"', form)[1], "username": person.name, "password": person.password}),
            {"Content-Type": "application/x-www-form-urlencoded"})
        for event in browser.events(f"/hub/api/users/{person.name}/server/progress"):
            assert not event.get("failed"), event
            if event.get("ready"):
                break
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items() if "berth" in name)
    directory = site.runtime / "servers" / str(person.uid) / "socket"
    name = next(entry.name for entry in directory.iterdir() if entry.is_socket())
    os.rename(directory / name, directory / "kept")
    with tempfile.TemporaryDirectory(dir="/tmp") as root:
        root = pathlib.Path(root)
        files = root / "user" / person.name / "files"
        files.mkdir(parents=True)
        (files / "small").write_bytes(b"x" * 1024)
        with (files / "large").open("wb") as large:
            large.truncate(DOWNLOAD)
        run("chown", "-R", f"{person.uid}:{person.gid}", str(root))
        (root / "nginx.conf").write_text(f"""
            daemon off; worker_processes 1; pid {root}/pid; error_log {root}/error.log;
            events {{}}
            http {{
                access_log off; sendfile on; keepalive_requests 1000000000;
                client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f; uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
                server {{ listen unix:{directory / name}; root {root}; }}
            }}""")
        process = subprocess.Popen(["setpriv", f"--reuid={person.uid}", f"--regid={person.gid}", "--clear-groups",
                                    "nginx", "-e", f"{root}/error.log", "-c", f"{root}/nginx.conf"])
        while not (directory / name).exists():
            assert process.poll() is None, (root / "error.log").read_text()
            time.sleep(0.05)
        (directory / name).chmod(0o666)
        try:
            yield cookie, directory / name
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def nginx_front(site, folder, upstream):
    port = free_port()
    configuration = folder / "front.conf"
    configuration.write_text(f"""
        daemon off; worker_processes 2; user root; pid {folder}/front.pid; error_log {folder}/front.log;
        events {{ worker_connections 1024; }}
        http {{
            access_log {folder}/front-access.log; proxy_temp_path {folder}/proxy; proxy_buffers 8 64k; proxy_buffer_size 64k;
            proxy_busy_buffers_size 128k;
            upstream server {{ server unix:{upstream}; keepalive 64; }}
            server {{
                listen 127.0.0.1:{port} ssl; keepalive_requests 1000000000;
                ssl_certificate {site.certificate}; ssl_certificate_key {site.key}; ssl_protocols TLSv1.3;
                location / {{
                    proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
                    proxy_max_temp_file_size 0;
                }}
            }}
        }}""")
    process = subprocess.Popen(["nginx", "-e", f"{folder}/front.log", "-c", str(configuration)])
    until_open(port)
    try:
        yield port, [process.pid, *children(process.pid)]
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def haproxy_front(site, folder, upstream):
    port = free_port()
    bundle = folder / "bundle.pem"
    bundle.write_text(site.certificate.read_text() + site.key.read_text())
    configuration = folder / "haproxy.cfg"
    configuration.write_text(f"""
global
    nbthread 2
    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend front
    bind 127.0.0.1:{port} ssl crt {bundle} ssl-min-ver TLSv1.3 alpn http/1.1
    default_backend server
backend server
    http-reuse always
    server one unix@{upstream}
""")
    process = subprocess.Popen(["haproxy", "-db", "-f", str(configuration)])
    until_open(port)
    try:
        yield port, [process.pid]
    finally:
        process.terminate()
        process.wait(20)


def children(process):
    return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def until_open(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")


def report(doors, results):
    units = {"1 KiB": "CPU s / 10k requests of 1 KiB, TLS 1.3", "64 MiB": "CPU s / GiB of a 64 MiB download, TLS 1.3"}
    print(f"{'':<45}" + "".join(f"{name:>10}" for name in doors))
    for work in WORKS:
        medians = [statistics.median(results[name, work]) for name in doors]
        print(f"{units[work]:<45}" + "".join(f"{value:>10.3f}" for value in medians))
        print(f"{'  ratio to nginx':<45}" + "".join(f"{value / medians[0]:>10.2f}" for value in medians))


if __name__ == "__main__":
    main()
