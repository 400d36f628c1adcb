"""Builds that are cut off anywhere: the store stays sound."""
import os
import pathlib
import random
import signal
import subprocess
import time

from people import run
from site_under_test import BINARY, Site
from test_main_job import wait_for

ROUNDS = 9
# The purpose of the solver that is made ready for the next solve; every other container works on something.
READY = "ready-solve"


def test_builds_cut_off_at_random_leave_the_store_sound(people, channel, tmp_path_factory):
    seed = int(os.environ.get("BERTH_SEED", random.randrange(1_000_000)))
    print(f"the same again: BERTH_SEED={seed}")
    chance = random.Random(seed)
    with Site(people, channel, tmp_path_factory.mktemp("cut"), name="cut") as site:
        lasts, cuts = 3.0, []
        for number in range(ROUNDS):
            recipe = site.folder / f"{number}.yml"
            # Every lock is another one, so every round builds.
            recipe.write_text(
                f"name: cut\nchannels: [{channel}, nodefaults]\ndependencies: [python=3.11, berth-hello, berth-prefix]\n"
                f"variables: {{ROUND: '{number}'}}\n")
            how, moment = chance.choice((kill_launcher, kill_container, remove_container, press_ctrl_c)), chance.uniform(0, lasts)
            cuts.append(f"{how.__name__} after {moment:.2f} s")
            # What ends three times before it has run for five seconds is not started again.
            wait_for(lambda: age(site.child("launcher")) > 5)
            build = start(site, recipe, people.alice)
            time.sleep(moment)
            how(site, build)
            build.communicate(timeout=120)
            look_over(site, cuts)

            began = time.monotonic()
            built = start(site, recipe, people.alice)
            said, _ = built.communicate(timeout=120)
            assert built.returncode == 0, (cuts, said)
            lasts = min(time.monotonic() - began, 6.0)
            assert "as they were built" in site.berth("env", "verify", "cut", "--user", people.alice.name), cuts
        versions = len(list((site.state / "store/environments").iterdir()))
        assert versions == ROUNDS, cuts
        site.berth("env", "remove", "cut", "--user", people.alice.name)
        site.berth("env", "gc")
        assert list((site.state / "store/environments").iterdir()) == [], cuts
        assert list((site.state / "store/builds").iterdir()) == [], cuts
        wait_for(lambda: containers(site, READY) != [])
        site.stop()
        assert containers(site) + containers(site, READY) + list((site.state / "store/work/staging").iterdir()) == []


def start(site, recipe, person):
    return subprocess.Popen(
        [BINARY, "env", "create", "--user", person.name, "-f", str(recipe), "--config", str(site.configuration)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def look_over(site, cuts):
    """What could be mounted is whole, and nothing else is left, as soon as the launcher is there again."""
    wait_for(lambda: answers(site))
    store = site.state / "store"
    wait_for(lambda: [path for path in (store / "work/staging").iterdir() if not path.name.startswith("ready-")] == [])
    wait_for(lambda: containers(site) == [] and len(containers(site, READY)) <= 1)
    for build in (store / "environments").iterdir():
        for part in (store / "builds" / f"{build.name}.json", store / "builds" / f"{build.name}.manifest", store / "locks" / f"{build.name}.json"):
            assert part.stat().st_size > 0, (cuts, part)
        assert (build / "bin/python").exists() and (build / "share/berth/prefix.bin").exists(), (cuts, build)


def answers(site):
    finished = subprocess.run(
        [BINARY, "env", "list", "--user", "e2e-alice", "--config", str(site.configuration)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return finished.returncode == 0


def containers(site, purpose=None):
    """The builder's running containers of this site, which see its store: with this purpose, or all that work."""
    found = run("docker", "ps", "--format", '{{.ID}} {{.Label "org.berth.build"}}', "--filter", "label=org.berth.build").splitlines()
    wanted = [line.split()[0] for line in found if (line.split()[1] == purpose if purpose else line.split()[1] != READY)]
    mounts = {container: mounts_of(container) for container in wanted}
    return [container for container, sources in mounts.items() if any(pathlib.Path(source).is_relative_to(site.state) for source in sources)]


def mounts_of(container):
    asked = subprocess.run(
        ["docker", "inspect", "--format", '{{range .Mounts}}{{.Source}}{{"\\n"}}{{end}}', container],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return [line for line in asked.stdout.split("\n") if line]


def kill_launcher(site, _):
    before = site.child("launcher")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: launcher(site) not in (None, before))


def age(process):
    """Seconds that it has run (proc(5), “starttime”)."""
    begun = int(pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - begun / os.sysconf("SC_CLK_TCK")


def launcher(site):
    try:
        return site.child("launcher")
    except RuntimeError:
        return None


def kill_container(site, _):
    for container in containers(site) + containers(site, READY):
        subprocess.run(["docker", "kill", container], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def remove_container(site, _):
    for container in containers(site) + containers(site, READY):
        subprocess.run(["docker", "rm", "--force", container], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def press_ctrl_c(_, build):
    """Whoever began it wants it no longer, which also ends it at the launcher."""
    build.send_signal(signal.SIGINT)
