"""pip-resolve and pip-install: the environment's own pip, under another UID than the one that owns the packages."""

import json
import os
import re
import subprocess
from pathlib import Path

from telling import Failure, progress, tell


def pip_resolve(request):
    requirements = Path(request["scratch"], "requirements.txt")
    requirements.write_text("\n".join(request["lines"]) + "\n")
    report = Path(request["scratch"], "report.json")
    progress("pip", "Resolving the packages of pip")
    pip(request, "install", "--dry-run", "--report", str(report), "--requirement", str(requirements))
    for item in json.loads(report.read_text())["install"]:
        source = item["download_info"]
        archive = source.get("archive_info") or {}
        vcs = source.get("vcs_info")
        url = f"{vcs['vcs']}+{source['url']}@{vcs['commit_id']}" if vcs else source["url"]
        hashes = archive.get("hashes") or dict([archive["hash"].split("=", 1)] if archive.get("hash") else [])
        tell(pip={
            "name": item["metadata"]["name"], "version": item["metadata"]["version"], "url": url,
            "sha256": hashes.get("sha256"), "direct": bool(item.get("is_direct") or vcs)})


def pip_install(request):
    # With one hash in the file pip asks for all of them, and a repository has none: two rounds.
    hashed = [requirement(package) for package in request["pip"] if package.get("sha256")]
    unhashed = [requirement(package) for package in request["pip"] if not package.get("sha256")]
    for name, lines in (("hashed.txt", hashed), ("unhashed.txt", unhashed)):
        if lines:
            requirements = Path(request["scratch"], name)
            requirements.write_text("\n".join(request["options"] + lines) + "\n")
            pip(request, "install", "--no-deps", "--no-compile", "--no-warn-script-location", "--requirement", str(requirements))


def requirement(package):
    source = f"{package['name']} @ {package['url']}" if package["direct"] else f"{package['name']}=={package['version']}"
    return source + (f" --hash=sha256:{package['sha256']}" if package.get("sha256") else "")


def pip(request, *arguments):
    command = [
        f"{request['prefix']}/bin/python", "-m", "pip", "--no-input", "--disable-pip-version-check", "--no-color",
        *arguments, "--progress-bar", "off"]
    environment = dict(
        os.environ, HOME=request["scratch"], TMPDIR=request["scratch"], PIP_CACHE_DIR=f"{request['scratch']}/cache",
        PYTHONNOUSERSITE="1", PATH=f"{request['prefix']}/bin:{os.environ.get('PATH', '/usr/bin:/bin')}")
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env=environment, cwd=request["scratch"])
    lines = []
    for line in process.stdout:
        lines = lines[-200:] + [line.rstrip()]
        if re.match(r"(Collecting|Downloading|Building|Preparing|Installing|Using) ", line.strip()):
            progress("pip", "{1}", line.strip()[:200])
    if process.wait() != 0:
        raise Failure("pip", "pip can't install what the recipe asks for", [line for line in lines if line][-30:])
