"""One person's server against another's, and a link against the gateway."""
import contextlib
import os

from conftest import see_lab
from people import run
from test_main_job import wait_for

# More than the gateway keeps open to one server.
POOLED_CONNECTIONS = 64


def start_server(site, person, page):
    """Logs in; the server starts by itself, because there is one profile only."""
    site.log_in(page, person, then=f"/user/{person.name}/lab")
    see_lab(page)


def test_a_second_user_reaches_nothing_of_the_first(site, people, alices_environment, page, chromium):
    start_server(site, people.alice, page)
    context = chromium.new_context(ignore_https_errors=True)
    start_server(site, people.bob, context.new_page())

    # By the web: bob's session does not open alice's server.
    assert context.request.get(f"{site.url}/user/{people.alice.name}/api/status").status == 403

    # By the network: no port of alice's listens.
    alice, bob = site.container(people.alice), site.container(people.bob)
    address = run("docker", "inspect", "--format",
                  "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", alice).strip()
    probe = ("import socket,sys\n"
             "for port in (22, 80, 443, 8000, 8080, 8081, 8443, 8888, 9999):\n"
             "    s = socket.socket(); s.settimeout(0.3)\n"
             "    if s.connect_ex((sys.argv[1], port)) == 0: print('open', port)\n")
    assert run("docker", "exec", bob, "python3", "-c", probe, address) == ""

    # By the file system: alice's socket is not in bob's container, and on the host out of bob's reach.
    socket_folder = site.runtime / "servers" / str(people.alice.uid)
    assert run("docker", "exec", bob, "find", "/run/berth", "-type", "s").count("\n") == 1
    refused = os.spawnlp(os.P_WAIT, "setpriv", "setpriv", f"--reuid={people.bob.uid}", f"--regid={people.bob.gid}",
                         "--clear-groups", "ls", str(socket_folder / "socket"))
    assert refused != 0
    context.close()


def test_a_link_in_place_of_the_socket_is_refused(site, people, alices_environment, page):
    alice = people.alice
    start_server(site, alice, page)
    folder = site.runtime / "servers" / str(alice.uid) / "socket"
    name = next(entry.name for entry in folder.iterdir() if entry.is_socket())
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies()
                        if c["name"].startswith("__Host-berth"))
    path = f"/user/{alice.name}/api/status"
    ask = lambda: site.request("GET", path, {"Cookie": cookies})
    assert ask().status == 200

    targets = [site.runtime / "launcher.sock", "/var/run/docker.sock", site.runtime / "gateway" / "hub.sock"]
    bobs = site.runtime / "servers" / str(people.bob.uid) / "socket" / name
    if bobs.exists():
        targets.append(bobs)
    os.rename(folder / name, folder / "kept")
    try:
        for target in targets:
            os.symlink(target, folder / name)
            # Connections to the true server are used as long as they last: a new one is what is tried here.
            with contextlib.ExitStack() as held:
                for _ in range(POOLED_CONNECTIONS):
                    held.enter_context(site.unfinished_request("GET", path, {"Cookie": cookies}))
                    answer = ask()
                    if answer.status != 200:
                        break
                    assert b"last_activity" in answer.body, (target, answer.body)
            os.unlink(folder / name)
            assert answer.status == 502 and b"not this server" in answer.body, (target, answer.status, answer.body)
    finally:
        os.rename(folder / "kept", folder / name)
    wait_for(lambda: ask().status == 200)

