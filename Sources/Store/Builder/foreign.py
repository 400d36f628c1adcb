"""pip-foreign: what the `pip:` part comes to on another platform, from wheels alone, so that nothing foreign runs.

The environment's own pip does it, and sees that platform: its markers, its Python, and as installed what conda brings
there.
"""

import json
import re
from pathlib import Path

from fetching import UNANSWERED
from imports import normalised
from pips import lines_of_pip, locked
from telling import Failure, progress, tell

# Runs pip as on the platform that its first argument describes.
AS_THERE = """
import json, sys
there = json.load(open(sys.argv[1]))
sys.path[:0] = there["paths"]
from pip._vendor.packaging import markers
here = markers.default_environment
markers.default_environment = lambda: dict(here(), **there["markers"])
from pip._internal.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
# Each of so many packages can lack a wheel before it is given up.
MOST_LACKING = 20
NO_WHEEL = re.compile(r"No matching distribution found for ([A-Za-z0-9][A-Za-z0-9._-]*)")
# What pip compares as a version (PEP 440), roughly.
VERSION = re.compile(r"\d+(\.\d+)*((a|b|rc|\.post|\.dev)\d+)?(\+[a-z0-9.]+)?$")


def pip_foreign(request):
    there = Path(request["scratch"], request["platform"])
    there.mkdir()
    # pip alone: of what else is in the host's environment, it is not there.
    site = next(Path(request["prefix"]).glob("lib/python3*/site-packages"))
    (there / "pip").mkdir()
    (there / "pip" / "pip").symlink_to(site / "pip")
    installed = there / "installed"
    installed.mkdir()
    names = distributions(request["prefix"], site)
    for package in request["packages"]:
        for name in names.get(package["name"], [package["name"]] if is_python(package) else []):
            pretend(installed, name, package["version"])
    lines, lacking = [], []
    for line in request["lines"]:
        source = source_in(line)
        lacking += [source] if source else []
        lines += [] if source else [line]
    description = there / "there.json"
    description.write_text(json.dumps(
        {"paths": [str(there / "pip"), str(installed)], "markers": markers(request["platform"], request["python"])}))
    here = {normalised(package["name"]): package for package in request["pip"]}
    progress("pip", "Resolving the packages of pip for {1}", request["platform"])
    while True:
        try:
            found = resolve(request, there, description, lines)
            break
        except Failure as failure:
            absent = next((match[1] for line in failure.said if (match := NO_WHEEL.search(line))), None)
            own = here.get(normalised(absent or ""))
            if any(map(UNANSWERED.search, failure.said)):
                raise
            if not own or own["name"] in lacking or len(lacking) >= MOST_LACKING:
                # Nothing goes together there: all of it is lacking.
                tell(lacking=[*lacking, *(line for line in lines if not line.startswith("-"))])
                return
            # It counts as installed, in the version that the host has of it, so that the rest can be had.
            lacking.append(own["name"])
            pretend(installed, own["name"], own["version"])
    for item in found:
        tell(pip=locked(item))
    tell(lacking=lacking)


def resolve(request, there, description, lines):
    requirements, report = there / "requirements.txt", there / "report.json"
    requirements.write_text("\n".join(lines) + "\n")
    lines_of_pip(
        request, "install", "--dry-run", "--report", str(report), "--only-binary", ":all:", "--implementation", "cp",
        "--python-version", request["python"], *(word for tag in tags(request) for word in ("--platform", tag)),
        "--requirement", str(requirements), "--progress-bar", "off", program=["-I", "-S", "-c", AS_THERE, str(description)])
    return json.loads(report.read_text())["install"]


def source_in(line):
    """What is in the line only as source, so that it would have to run to say what it is; None for all else."""
    if line.startswith("-") or "://" not in line:
        return None
    name, _, address = line.rpartition(" @ ")
    return None if address.split(";")[0].split("#")[0].strip().endswith(".whl") else (name.split("[")[0].strip() or address.strip())


def distributions(prefix, site):
    """The names that conda's packages have for pip, by their own; what else a package brings is its business."""
    names = {}
    for path in Path(prefix, "conda-meta").glob("*.json"):
        record = json.loads(path.read_text())
        found = [match[1] for file in record.get("files", []) if (match := re.search(r"site-packages/([^/]+)-[^-/]+\.dist-info/METADATA$", file))]
        if found:
            names[record["name"]] = found
    return names


def is_python(package):
    return package.get("noarch") == "python" or any(re.match(r"python(_abi)?( |$)", need) for need in package["depends"])


def pretend(installed, name, version):
    if not VERSION.match(version):
        return
    folder = installed / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def tags(request):
    """The platforms of wheels that run there, the best first (PEP 425, PEP 600); older macOS pip adds by itself."""
    system, _, machine = request["platform"].partition("-")
    if system == "win":
        return [{"64": "win_amd64", "arm64": "win_arm64"}[machine]]
    said = dict(package.split("=")[:2] for package in request["virtualPackages"] if "=" in package)
    if system == "osx":
        major, minor = (said.get("__osx", "13.0") + ".0").split(".")[:2]
        # From 11 on, minor versions of macOS are no tags.
        return [f"macosx_{major}_{minor if major == '10' else 0}_{'x86_64' if machine == '64' else machine}"]
    machine = {"64": "x86_64", "32": "i686"}.get(machine, machine)
    version = re.match(r"\d+\.(\d+)", said.get("__glibc", ""))
    newest = int(version[1]) if version else 28
    old = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
    found = []
    for minor in range(newest, 4 if machine in ("x86_64", "i686") else 16, -1):
        found += [f"manylinux_2_{minor}_{machine}"] + ([f"{old[minor]}_{machine}"] if minor in old else [])
    return [*found, f"linux_{machine}"]


def markers(platform, python):
    system, _, machine = platform.partition("-")
    names = {"linux": ("posix", "linux", "Linux"), "osx": ("posix", "darwin", "Darwin"), "win": ("nt", "win32", "Windows")}[system]
    machines = {"linux": {"64": "x86_64"}, "osx": {"64": "x86_64"}, "win": {"64": "AMD64", "arm64": "ARM64"}}[system]
    return {
        "os_name": names[0], "sys_platform": names[1], "platform_system": names[2], "platform_machine": machines.get(machine, machine),
        "platform_release": "", "platform_version": "", "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python, "implementation_version": python}
