"""Environments beside py-rattler alone and beside environments that compiled their own bytecode, in turns
in one run, as ratios: restore, solve, import, start and disk.

usage: environments.py [ROUNDS [PART...]], with the parts recipe, lock, solve, imports, starts, disk
"""
import contextlib
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "Tests" / "EndToEnd"), str(HERE.parent / "start")]

from local_channel import local_channel
from people import People, run
from site_under_test import Site
from start import through_berth

SPECS = ["python=3.11", "jupyterlab", "numpy"]
IMPORT = "import time; b = time.perf_counter(); import jupyterlab.labapp, numpy, ipykernel.kernelapp; print(time.perf_counter() - b)"
# Each of the ten has one that the others lack.
OWN = ["humanize", "einops", "toolz", "tabulate", "colorama", "sortedcontainers", "wcwidth", "zipp", "cachetools", "inflection"]


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    parts = sys.argv[2:] or list(PARTS)
    with People() as people, local_channel() as channel, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        folder = pathlib.Path(folder)
        (folder / "site").mkdir()
        with Site(people, channel, folder / "site", name="bench-env") as site:
            bench = Bench(site, people.alice, people.bob, channel, folder)
            bench.make("first")
            bench.peer("install", fresh=True)
            for part in parts:
                PARTS[part](bench, rounds)


class Bench:
    def __init__(self, site, person, other, channel, folder):
        self.site, self.person, self.other, self.channel, self.folder, self.count = site, person, other, channel, folder, 0

    def recipe(self, name, variable="", pip=()):
        lines = [f"name: {name}", f"channels: [{self.channel}, nodefaults]", "dependencies:"] + [f"  - {spec}" for spec in SPECS]
        if pip:
            lines += ["  - pip", "  - pip:"] + [f"      - {requirement}" for requirement in pip]
        lines += ["variables:", f"  ROUND: 'v{variable}'"]
        path = self.folder / f"{name}.yml"
        path.write_text("\n".join(lines) + "\n")
        return path

    def make(self, name, variable="", pip=()):
        """Seconds from the command to the environment that can be mounted."""
        seconds = self.create(name, self.recipe(name, variable, pip))
        self.await_ready()
        return seconds

    def create(self, name, file):
        began = time.monotonic()
        self.site.berth("env", "create", "--user", self.person.name, "--name", name, "-f", str(file))
        return time.monotonic() - began

    @property
    def staging(self):
        return list((self.site.state / "store" / "work" / "staging").iterdir())

    def ready(self):
        """The container of the solver that is ready for the next solve; None where there is none, or it is on its way."""
        for staging in self.staging:
            for container in run("docker", "ps", "--quiet", "--filter", f"volume={staging / 'job'}").split():
                processes = run("docker", "top", container, "-eo", "pid").split()[1:]
                with contextlib.suppress(OSError):
                    # Its Python is up, and waits at the bell.
                    if any(os.readlink(file).endswith("/bell") for process in processes for file in pathlib.Path("/proc", process, "fd").iterdir()):
                        return container
        return None

    def await_ready(self):
        """Waits until a solver is ready, so that its making is no burden to what is measured next."""
        end = time.monotonic() + 30
        while not self.ready():
            assert time.monotonic() < end, "no solver is ready"
            time.sleep(0.05)

    def end_ready(self):
        """Ends the solver that is ready, and waits until the launcher knows."""
        run("docker", "rm", "--force", self.ready())
        while self.staging:
            time.sleep(0.01)

    def forget(self, name):
        if (self.site.state / "environments" / str(self.person.uid) / f"{name}.git").exists():
            self.site.berth("env", "remove", "--user", self.person.name, name)

    def lock(self, name):
        repository = self.site.state / "environments" / str(self.person.uid) / f"{name}.git"
        return json.loads(run("git", "--git-dir", str(repository), "show", "main:lock.json"))

    def peer(self, verb, fresh=False):
        """Seconds of py-rattler's parts, and of the whole container."""
        self.count += 1
        cache = self.folder / ("cache-fresh-%d" % self.count if fresh and self.count > 1 else "cache")
        target = self.folder / f"peer-{self.count}"
        cache.mkdir(exist_ok=True)
        began = time.monotonic()
        text = run(
            "docker", "run", "--rm", "--network", "host", "--volume", f"{HERE}:/bench:ro", "--volume", f"{self.folder}:{self.folder}",
            "berth/builder:1", "python3", "/bench/peer.py", verb, self.channel, str(cache), str(target), *SPECS)
        whole = time.monotonic() - began
        return dict(json.loads(text.splitlines()[-1]), whole=whole, target=target)

    def phases(self, words, count):
        """The medians of what the launcher's log says of the last `count` lines with `words`."""
        lines = [line for line in self.site.log.read_text().splitlines() if words in line][-count:]
        times = [{name: int(value) for name, value in re.findall(r"([a-z-]+)-ms=(\d+)", line)} for line in lines]
        return {name: statistics.median(each.get(name, 0) for each in times) for name in times[-1]}


def recipe(bench, rounds):
    berth, peer, compiled = [], [], []
    for index in range(rounds):
        # Another variable is another lock: nothing of the build is there, and every package is in the cache.
        berth.append(bench.make("first", index))
        peer.append(bench.peer("install")["whole"])
        compiled.append(bench.peer("compile")["whole"])
    cold = bench.peer("compile", fresh=True)["whole"]
    ours, theirs, own = map(statistics.median, (berth, peer, compiled))
    print("\na recipe from a warm cache, solved and built, from the command to the end")
    print(f"  rattler, without bytecode         {theirs:6.2f} s")
    print(f"  rattler and compileall            {own:6.2f} s")
    print(f"  rattler and compileall, no cache  {cold:6.2f} s")
    print(f"  berth env create                  {ours:6.2f} s   ratio to rattler alone {ours / theirs:.2f}, with its bytecode {ours / own:.2f}")


def lock(bench, rounds):
    document, berth, peer, install = bench.lock("first"), [], [], []
    file = bench.folder / "lock.json"
    for index in range(rounds):
        document["variables"] = {"ROUND": f"lock {index}"}
        file.write_text(json.dumps(document))
        berth.append(bench.create("locked", file))
        times = bench.peer("install")
        # It has to solve to know its packages: what that takes is not counted.
        peer.append(times["whole"] - times["solve"])
        install.append(times["install"])
    there = bench.create("locked", file)
    ours, theirs, inner = map(statistics.median, (berth, peer, install))
    phases = bench.phases("Environment built", rounds)
    build = sum(phases.values()) / 1000
    print("\na lock from a warm cache, from the command to the end")
    print(f"  rattler, without bytecode         {theirs:6.2f} s, of which its install itself {inner:.2f} s")
    print(f"  berth env create                  {ours:6.2f} s   ratio {ours / theirs:.2f}")
    print(f"  of which the build itself         {build:6.2f} s   ratio {build / inner:.2f}, with bytecode, manifest and the disk's answer")
    print(f"  the same lock once more           {there:6.2f} s")
    print("  where the time goes, in ms:       ", ", ".join(f"{name} {time:.0f}" for name, time in sorted(phases.items())))


def solve(bench, rounds):
    token, recipe = bench.site.token(bench.person), bench.recipe("first", "solved").read_text()

    def ask():
        began = time.monotonic()
        answer = bench.site.api("POST", "/environments/solve", token, {"recipe": recipe})
        seconds = time.monotonic() - began
        assert answer.status == 200, answer.body
        bench.await_ready()
        return seconds

    alone, ready, peer = [], [], []
    for _ in range(rounds):
        bench.end_ready()
        alone.append(ask())
        ready.append(ask())
        peer.append(bench.peer("solve")["whole"])
    one, another, theirs = map(statistics.median, (alone, ready, peer))
    print("\nsolve, with the container that does it")
    print(f"  rattler                           {theirs:6.2f} s")
    print(f"  POST /hub/api/environments/solve  {one:6.2f} s   ratio {one / theirs:.2f}, where no solver stands ready (environments.solver_waits: off)")
    print(f"                                    {another:6.2f} s   ratio {another / theirs:.2f}, by the solver that stands ready")


def imports(bench, rounds):
    build = max((bench.site.state / "store" / "environments").iterdir(), key=os.path.getmtime)
    own = bench.peer("compile")["target"]
    bare = bench.peer("install")["target"]
    trees = {"no bytecode": (bare, bare), "compiled its own": (own, own), "berth": (build, "/opt/berth/env")}
    times = {name: [] for name in trees}
    for _ in range(rounds + 1):
        for name, (source, prefix) in trees.items():
            text = run("docker", "run", "--rm", "--network", "none", "--user", "1500:1500", "--volume", f"{source}:{prefix}:ro",
                       "berth/builder:1", f"{prefix}/bin/python", "-c", IMPORT)
            times[name].append(float(text))
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    print("\nimport of jupyterlab, numpy and ipykernel from a read-only mount")
    for name, seconds in medians.items():
        print(f"  {name:20} {seconds:6.2f} s   ratio {seconds / medians['compiled its own']:.2f}")


def starts(bench, rounds):
    """What the environment adds to the engine's part of a start: the other person has none."""
    other = bench.other
    bench.forget("locked")
    engine = {bench.person.name: [], other.name: []}
    for _ in range(rounds):
        for person in (bench.person, other):
            through_berth(bench.site, person)
            line = [line for line in bench.site.log.read_text().splitlines() if "Container started" in line][-1]
            assert f"owner={person.name}" in line, line
            engine[person.name].append(sum(int(value) for value in re.findall(r"(?:create|start)-ms=(\d+)", line)))
    with_it, without = (statistics.median(engine[person.name]) for person in (bench.person, other))
    print("\nthe engine's part of a start")
    print(f"  with the environment     {with_it:4.0f} ms")
    print(f"  without                  {without:4.0f} ms   difference {with_it - without:.0f} ms")


def disk(bench, _):
    store = bench.site.state / "store"
    for name in ("first", "locked"):
        bench.forget(name)
    bench.site.berth("env", "gc")
    bench.make("ten-0", pip=[OWN[0]])
    one = usage(store)
    for index in range(1, 10):
        bench.make(f"ten-{index}", pip=[OWN[index]])
    ten = usage(store)
    print("\ndisk of the store: packages, bytecode and builds")
    print(f"  one environment   {one >> 20} MiB")
    print(f"  ten               {ten >> 20} MiB   ratio {ten / one:.2f}")


def usage(path):
    return int(subprocess.run(["du", "-s", "-B1", str(path)], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[0])


PARTS = {"recipe": recipe, "lock": lock, "solve": solve, "imports": imports, "starts": starts, "disk": disk}

if __name__ == "__main__":
    main()
