"""Large bodies pass through the gateway; its memory does not notice."""
import os
import pathlib
import signal
import subprocess

import pytest

from test_hostile import start_server
from test_main_job import wait_for
from test_restart import running

SIZE = 2 << 30


@pytest.fixture
def own_upstream(site, people, alices_environment, page):
    """Alice's own program listens where her Jupyter did: it is her socket, under her UID."""
    alice = people.alice
    start_server(site, alice, page)
    folder = site.runtime / "servers" / str(alice.uid) / "socket"
    name = next(entry.name for entry in folder.iterdir() if entry.is_socket())
    os.rename(folder / name, folder / "kept")
    program = pathlib.Path(__file__).with_name("upstream.py")
    copy = pathlib.Path("/tmp") / f"berth-upstream-{os.getpid()}.py"
    copy.write_text(program.read_text())
    process = subprocess.Popen(
        ["setpriv", f"--reuid={alice.uid}", f"--regid={alice.gid}", "--clear-groups", "/usr/bin/python3", str(copy),
         str(folder / name)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "listening"
    # A gateway that has just begun holds no connection to Jupyter itself.
    before = site.child("gateway")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: running(site, "gateway") not in (None, before))
    yield "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies() if c["name"].startswith("__Host-berth"))
    process.kill()
    process.wait()
    copy.unlink()
    os.rename(folder / "kept", folder / name)


def peak(pid):
    """The most memory a process has had since it was last reset, in bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM")


def curl(site, *arguments):
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--cacert", str(site.certificate), *arguments],
        check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def test_two_gigabytes_each_way_stay_out_of_memory(site, people, own_upstream):
    base = f"{site.url}/user/{people.alice.name}/stream"
    wait_for(lambda: curl_count(site, own_upstream, f"{base}/1000") == 1000)
    gateway = site.child("gateway")
    pathlib.Path(f"/proc/{gateway}/clear_refs").write_text("5")
    before = peak(gateway)
    assert curl_count(site, own_upstream, f"{base}/{SIZE}") == SIZE
    sparse = site.folder / "sparse"
    with sparse.open("wb") as file:
        file.truncate(SIZE)
    taken = curl(site, "--cookie", own_upstream, "--header", f"Origin: {site.url}", "--header", "Expect:",
                 "--upload-file", str(sparse), f"{base}/up")
    assert int(taken) == SIZE
    assert peak(gateway) - before < 64 << 20, f"{(peak(gateway) - before) >> 20} MiB more"


def curl_count(site, cookie, url):
    """How many bytes a download had; 0 where it was refused."""
    finished = subprocess.run(
        ["curl", "--silent", "--cacert", str(site.certificate), "--cookie", cookie, "--output", "/dev/null",
         "--write-out", "%{http_code} %{size_download}", url], text=True, stdout=subprocess.PIPE)
    status, size = (finished.stdout.split() + ["0", "0"])[:2]
    return int(size) if status == "200" else 0
