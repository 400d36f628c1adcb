"""From the password to the first cell's answer: Berth beside a plain `docker run` of the same image
and environment, in turns, as a ratio.

usage: start.py [ROUNDS]
"""
import contextlib
import os
import pathlib
import re
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "EndToEnd"))

from conversation import Browser, first_cell
from local_channel import local_channel
from people import People, run
from site_under_test import Site

# What counts against the target of 1.3 is the sum; the parts show where it goes.
PARTS = ("log-in", "server", "page", "kernel", "cell")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with People() as people, local_channel() as channel, tempfile.TemporaryDirectory() as folder:
        with Site(people, channel, pathlib.Path(folder), name="bench") as site:
            recipe = site.folder / "environment.yml"
            recipe.write_text(site.recipe(pip=()))
            site.berth("env", "create", "--user", people.alice.name, "-f", str(recipe))
            floor, berth = [], []
            for index in range(rounds + 1):
                # The first of each warms the page cache and is not counted.
                floor.append(plain_docker(site, people.alice))
                berth.append(through_berth(site, people.alice))
                show(f"round {index or 'warm-up'}", floor[-1], berth[-1])
            report(floor[1:], berth[1:])
            print("\nWhat the server's own log says of the last start:")
            lines = site.log.read_text().splitlines()
            for words in ("Container started", "[Hub] Server started"):
                print(" ", [line for line in lines if words in line][-1])


def through_berth(site, person):
    """Log-in, start, page, kernel, cell: seconds of each."""
    with Browser("localhost", site.port, str(site.certificate)) as browser:
        form = browser.get("/hub/login").text
        fields = {"_csrf": re.search(r'name="_csrf" value="([^"]+)"', form)[1], "username": person.name, "password": person.password}
        clock = Clock()
        answer = browser.post("/hub/login", urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 303, answer.text
        target = answer.headers["Location"]
        clock.lap("log-in")
        for event in browser.events(f"/hub/api/users/{person.name}/server/progress"):
            assert not event.get("failed"), event
            if event.get("ready"):
                break
        clock.lap("server")
        first_cell(browser, target, f"/user/{person.name}/", clock)
        home = browser.get("/hub/home").text
        stop = re.search(rf'action="([^"]+)"[^>]*><input type="hidden" name="_csrf" value="([^"]+)"', home)
        browser.post(stop[1], urllib.parse.urlencode({"_csrf": stop[2]}), {"Content-Type": "application/x-www-form-urlencoded"})
    while site_has_container(site, person):
        time.sleep(0.05)
    return clock.laps


def site_has_container(site, person):
    return bool(run("docker", "ps", "--all", "--quiet", "--filter", f"label=org.berth.owner={person.name}",
                    "--filter", f"label=org.berth.installation={site.state}").strip())


def plain_docker(site, person):
    """The same image, environment, home and Jupyter by `docker run`, with nothing in front."""
    build = next((site.state / "store" / "environments").iterdir())
    prefix = "/opt/berth/env"
    with tempfile.TemporaryDirectory(dir="/run") as folder:
        os.chown(folder, person.uid, person.gid)
        os.chmod(folder, 0o755)
        jupyter = " ".join([
            f"exec {prefix}/bin/jupyter-lab --no-browser --ServerApp.sock=/run/floor/s --ServerApp.base_url=/user/{person.name}/",
            "--ServerApp.allow_remote_access=True --IdentityProvider.token= --ServerApp.disable_check_xsrf=True",
            f"--ServerApp.root_dir={person.home} --KernelManager.transport=ipc"])
        clock = Clock()
        clock.lap("log-in")
        container = run(
            "docker", "run", "--detach", "--init", "--user", f"{person.uid}:{person.gid}", "--cap-drop", "ALL",
            "--env", f"HOME={person.home}", "--env", f"PATH={prefix}/bin:/usr/bin:/bin", "--env", "PYTHONNOUSERSITE=1",
            "--volume", f"{build}:{prefix}:ro", "--volume", f"{person.home}:{person.home}", "--volume", f"{folder}:/run/floor",
            "berth/trial:1", "/bin/sh", "-c", jupyter).strip()
        try:
            path = f"{folder}/s"
            while True:
                with contextlib.suppress(OSError), Browser(path) as browser:
                    if browser.get(f"/user/{person.name}/api").status == 200:
                        break
                time.sleep(0.005)
            clock.lap("server")
            with Browser(path) as browser:
                first_cell(browser, f"/user/{person.name}/lab", f"/user/{person.name}/", clock)
        finally:
            run("docker", "rm", "--force", container)
    return clock.laps


class Clock:
    """Seconds between laps, by name."""

    def __init__(self):
        self.laps, self.last = {}, time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        self.laps[name], self.last = now - self.last, now


def show(title, floor, berth):
    print(f"{title}: plain docker {sum(floor.values()):.2f} s, Berth {sum(berth.values()):.2f} s", flush=True)


def report(floor, berth):
    print(f"\n{'median of ' + str(len(floor)) + ' rounds':<22}{'plain docker':>14}{'Berth':>10}")
    for part in PARTS:
        print(f"{part:<22}{median(floor, part):>12.3f} s{median(berth, part):>8.3f} s")
    sums = [statistics.median(sum(lap.values()) for lap in laps) for laps in (floor, berth)]
    print(f"{'in all':<22}{sums[0]:>12.3f} s{sums[1]:>8.3f} s")
    print(f"ratio: {sums[1] / sums[0]:.2f} (target: at most 1.30)")


def median(laps, part):
    return statistics.median(lap[part] for lap in laps)


if __name__ == "__main__":
    main()
