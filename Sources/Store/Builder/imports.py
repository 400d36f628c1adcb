"""Imports what packages brought, each module in a process of its own, and finds those that can't be."""

import json
import os
import re
import subprocess
from pathlib import Path

# One import may take this long, in seconds: some look for GPUs.
SECONDS = 120
MODULE = re.compile(r"(?:^|/)site-packages/([A-Za-z]\w*)(?:/__init__\.py|\.py|(?:\.[\w-]+)*\.so)$")
# Packages put them there by mistake.
NOT_MEANT = {"test", "tests", "doc", "docs", "example", "examples"}


def modules(prefix, names):
    """The modules of the packages `names`, by package: the one of its own name, else at most five."""
    wanted, found = {normalised(name) for name in names}, {}
    for name, files in [*of_conda(prefix), *of_pip(prefix)]:
        if normalised(name) not in wanted:
            continue
        brought = sorted({match[1] for match in map(MODULE.search, files) if match} - NOT_MEANT)
        own = [module for module in brought if normalised(module) == normalised(name)]
        found[name] = own or brought[:5]
    return found


def of_conda(prefix):
    for record in sorted(Path(prefix, "conda-meta").glob("*.json")):
        content = json.loads(record.read_text())
        yield content["name"], content.get("files", [])


def of_pip(prefix):
    for record in sorted(Path(prefix).glob("lib/python3*/site-packages/*.dist-info/RECORD")):
        installer = record.with_name("INSTALLER")
        if installer.is_file() and installer.read_text().strip() == "pip":
            name = record.parent.name.split("-")[0]
            yield name, ["site-packages/" + line.split(",")[0] for line in record.read_text().splitlines()]


def failure(prefix, module, scratch, variables=()):
    """Why the module can't be imported, in Python's last line; None where it can."""
    environment = {
        **os.environ, **dict(variables), "HOME": scratch, "TMPDIR": scratch, "CONDA_PREFIX": prefix, "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1", "PATH": f"{prefix}/bin:/usr/bin:/bin"}
    try:
        ended = subprocess.run(
            [f"{prefix}/bin/python", "-c", f"import {module}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace", env=environment, cwd=scratch, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"it took longer than {SECONDS} seconds"
    if ended.returncode == 0:
        return None
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    return (lines[-1] if lines else f"Python ended with status {ended.returncode}")[:500]


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()
