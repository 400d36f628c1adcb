"""Environments beside py-rattler alone and beside environments that compiled their own bytecode, in turns
in one run, as ratios: restore, import and disk.

usage: environments.py [ROUNDS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "Tests" / "EndToEnd"), str(HERE.parent / "start")]

from conversation import local_channel
from people import People, run
from site_under_test import Site

SPECS = ["python=3.11", "jupyterlab", "numpy"]
IMPORT = "import time; b = time.perf_counter(); import jupyterlab.labapp, numpy, ipykernel.kernelapp; print(time.perf_counter() - b)"
# Each of the ten has one that the others lack.
OWN = ["humanize", "einops", "toolz", "tabulate", "colorama", "sortedcontainers", "wcwidth", "zipp", "cachetools", "inflection"]


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with People() as people, local_channel() as channel, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        folder = pathlib.Path(folder)
        (folder / "site").mkdir()
        with Site(people, channel, folder / "site", name="bench-env") as site:
            bench = Bench(site, people.alice, channel, folder)
            bench.make("first")
            bench.peer("install", fresh=True)
            restore(bench, rounds)
            imports(bench, rounds)
            disk(bench)


class Bench:
    def __init__(self, site, person, channel, folder):
        self.site, self.person, self.channel, self.folder, self.count = site, person, channel, folder, 0

    def recipe(self, name, variable="", pip=()):
        lines = [f"name: {name}", f"channels: [{self.channel}, nodefaults]", "dependencies:"] + [f"  - {spec}" for spec in SPECS]
        if pip:
            lines += ["  - pip", "  - pip:"] + [f"      - {requirement}" for requirement in pip]
        lines += ["variables:", f"  ROUND: 'v{variable}'"]
        path = self.folder / f"{name}.yml"
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def make(self, name, variable="", pip=()):
        """Seconds from the command to the environment that can be mounted."""
        began = time.monotonic()
        self.site.berth("env", "create", "--user", self.person.name, "-f", self.recipe(name, variable, pip))
        return time.monotonic() - began

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


def restore(bench, rounds):
    berth, peer, compiled = [], [], []
    for index in range(rounds):
        # Another variable is another lock: nothing of the build is there, and every package is in the cache.
        berth.append(bench.make("first", index))
        peer.append(bench.peer("install")["whole"])
        compiled.append(bench.peer("compile")["whole"])
    cold = bench.peer("compile", fresh=True)["whole"]
    ours, theirs, own = map(statistics.median, (berth, peer, compiled))
    print("\nrestore from a warm cache, from the command to the end")
    print(f"  rattler, without bytecode         {theirs:6.2f} s")
    print(f"  rattler and compileall            {own:6.2f} s")
    print(f"  rattler and compileall, no cache  {cold:6.2f} s")
    print(f"  berth env create                  {ours:6.2f} s   ratio to rattler alone {ours / theirs:.2f}, with its bytecode {ours / own:.2f}")


def imports(bench, rounds):
    build = max((bench.site.state / "store" / "envs").iterdir(), key=os.path.getmtime)
    own = bench.peer("compile")["target"]
    bare = bench.peer("install")["target"]
    trees = {"no bytecode": (bare, bare), "compiled its own": (own, own), "berth": (build, f"/opt/berth/envs/{build.name}")}
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


def disk(bench):
    store = bench.site.state / "store"
    bench.site.berth("env", "remove", "--user", bench.person.name, "first")
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


main()
