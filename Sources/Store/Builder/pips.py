"""pip-resolve and pip-install: the environment's own pip, under another UID than the one that owns the packages."""

import base64
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

from imports import normalised
from telling import Failure, progress, tell


def pip_resolve(request):
    requirements = Path(request["scratch"], "requirements.txt")
    requirements.write_text("\n".join(request["lines"]) + "\n")
    report = Path(request["scratch"], "report.json")
    progress("pip", "Resolving the packages of pip")
    version = re.match(r"(\d+)\.(\d+)", request.get("glibc") or "")
    more = {"PYTHONPATH": only_wheels_for(request, tuple(map(int, version.groups())))} if version else {}
    pip(request, "install", "--dry-run", "--report", str(report), "--requirement", str(requirements), more=more)
    for item in json.loads(report.read_text())["install"]:
        tell(pip=locked(item))


# Asked by what reads the tags of wheels (PEP 600): whether a wheel for this version of the C library runs here.
MANYLINUX = """
def manylinux_compatible(major, minor, architecture):
    return (major, minor) <= {newest}
"""


def only_wheels_for(request, newest):
    """A directory with what keeps pip from wheels that need a newer C library than the environment runs with."""
    folder = Path(request["scratch"], "manylinux")
    folder.mkdir()
    (folder / "_manylinux.py").write_text(MANYLINUX.format(newest=newest))
    return str(folder)


def locked(item):
    """A package of pip's report, as a lock has it."""
    source = item["download_info"]
    archive = source.get("archive_info") or {}
    vcs = source.get("vcs_info")
    url = f"{vcs['vcs']}+{source['url']}@{vcs['commit_id']}" if vcs else source["url"]
    if source.get("subdirectory"):
        url += f"#subdirectory={source['subdirectory']}"
    hashes = archive.get("hashes") or dict([archive["hash"].split("=", 1)] if archive.get("hash") else [])
    return {
        "name": item["metadata"]["name"], "version": item["metadata"]["version"], "url": url,
        "sha256": hashes.get("sha256"), "direct": bool(item.get("is_direct") or vcs)}


def pip_install(request):
    lines = [f"{name_of(wheel)}=={version_of(wheel)} --hash=sha256:{wheel['sha256']}" for wheel in request["wheels"]]
    requirements = Path(request["scratch"], "wheels.txt")
    requirements.write_text("\n".join(lines) + "\n")
    # What conda has brought in the same version is not what the lock names.
    pip(request, "install", "--no-index", "--find-links", request["shelf"], "--only-binary", ":all:", "--no-deps", "--force-reinstall",
        "--no-compile", "--no-warn-script-location", "--requirement", str(requirements))
    for wheel in request["wheels"]:
        if wheel["package"]["direct"]:
            note_origin(request["prefix"], wheel)


def name_of(wheel):
    return wheel["file"].split("-")[0]


def version_of(wheel):
    return wheel["file"].split("-")[1].replace("_", "-")


def note_origin(prefix, wheel):
    """What pip notes of a package that it installs from an address (PEP 610)."""
    for folder in Path(prefix).glob("lib/python3*/site-packages/*.dist-info"):
        if normalised(folder.name.split("-")[0]) == normalised(name_of(wheel)) and (folder / "RECORD").is_file():
            text = json.dumps(origin(wheel["package"]), sort_keys=True).encode()
            (folder / "direct_url.json").write_bytes(text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
            record = (folder / "RECORD").read_text().splitlines()
            record.append(f"{folder.name}/direct_url.json,sha256={digest},{len(text)}")
            (folder / "RECORD").write_text("\n".join(sorted(record)) + "\n")


def origin(package):
    address, _, fragment = package["url"].partition("#")
    subdirectory = dict(part.split("=", 1) for part in fragment.split("&") if "=" in part).get("subdirectory")
    vcs = re.match(r"(git|hg|svn|bzr)\+(.*)@([^@/]+)$", address)
    if vcs:
        said = {"url": vcs[2], "vcs_info": {"vcs": vcs[1], "commit_id": vcs[3], "requested_revision": vcs[3]}}
    else:
        digest = package.get("sha256")
        said = {"url": address, "archive_info": {"hash": f"sha256={digest}", "hashes": {"sha256": digest}} if digest else {}}
    return dict(said, **({"subdirectory": subdirectory} if subdirectory else {}))


def pip(request, *arguments, more={}):
    lines_of_pip(request, *arguments, "--progress-bar", "off", more=more)


def lines_of_pip(request, *arguments, program=("-m", "pip"), more={}):
    """What pip says, at most its last 200 lines."""
    command = [
        f"{request['prefix']}/bin/python", *program, "--no-input", "--disable-pip-version-check", "--no-color", *arguments]
    environment = dict(
        os.environ, HOME=request["scratch"], TMPDIR=request["scratch"], PIP_CACHE_DIR=f"{request['scratch']}/cache",
        PYTHONDONTWRITEBYTECODE="1", PYTHONNOUSERSITE="1", PATH=f"{request['prefix']}/bin:{os.environ.get('PATH', '/usr/bin:/bin')}", **more)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env=environment, cwd=request["scratch"])
    lines = []
    for line in process.stdout:
        lines = lines[-200:] + [line.rstrip()]
        if re.match(r"(Collecting|Downloading|Building|Preparing|Installing|Using) ", line.strip()):
            progress("pip", "{1}", line.strip()[:200])
    if process.wait() != 0:
        failure = Failure("pip", "pip can't install what the recipe asks for", [shortened(line) for line in lines if line][-30:])
        failure.said = lines
        raise failure
    return lines


def shortened(line):
    """pip lists every version that there is, the newest last: of more than five it's those that help."""
    return re.sub(r"\(from versions: (?:[^,()]+, )+?((?:[^,()]+, ){4}[^,()]+)\)", r"(from versions: …, \1)", line)
