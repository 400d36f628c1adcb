"""pip-fetch: the wheels of what a lock names of pip's, built where that is a source; and what of it is gone."""

import os
import re
import shlex
from pathlib import Path

from pips import lines_of_pip, pip
from telling import Failure, progress

# What pip says where it was answered, and what it looks for is not there.
GONE = re.compile(
    r"No matching distribution found|DO NOT MATCH THE HASHES|HTTP error (404|410)|(404|410) Client Error"
    r"|repository '.*' not found|not our ref|couldn't find remote ref|unable to read tree|did not match any file", re.IGNORECASE)
# What it says where nobody answered: then nothing is known to be gone.
UNANSWERED = re.compile(r"Retrying \(|Tunnel connection failed|Could not resolve host|HTTP error (401|403|5\d\d)")


def pip_fetch(request):
    output = Path(request["scratch"], "wheels")
    output.mkdir()
    try:
        fetch(request, request["pip"], output)
    except Failure as failure:
        if not is_gone(failure):
            raise
        # pip names the first alone.
        progress("pip", "Looking for the packages one by one")
        gone = [package for package in request["pip"] if not found(request, package, output)]
        if gone:
            raise Failure("pip-gone", "Packages of pip are gone", gone_lines(request, gone)) from None


def fetch(request, packages, output, by_url=False):
    # With one hash in the file pip asks for all of them, and a repository has none: two rounds.
    for name, part in (("hashed", [package for package in packages if package.get("sha256")]),
                       ("unhashed", [package for package in packages if not package.get("sha256")])):
        if part:
            requirements = Path(request["scratch"], f"{name}.txt")
            lines = [requirement(package, by_url) for package in part]
            requirements.write_text("\n".join(request["options"] + lines) + "\n")
            pip(request, "wheel", "--no-deps", "--wheel-dir", str(output), "--requirement", str(requirements))


def found(request, package, output):
    """Fetches a package alone. What no index lists can still lie where it did."""
    for by_url in [False, True] if not package["direct"] and is_file(package["url"]) else [False]:
        try:
            fetch(request, [package], output, by_url)
            return True
        except Failure as failure:
            if not is_gone(failure):
                raise
    return False


def is_gone(failure):
    return any(map(GONE.search, failure.said)) and not any(map(UNANSWERED.search, failure.said))


def requirement(package, by_url=False):
    source = f"{package['name']} @ {package['url']}" if package["direct"] or by_url else f"{package['name']}=={package['version']}"
    return source + (f" --hash=sha256:{package['sha256']}" if package.get("sha256") else "")


def is_file(url):
    return url.split("#")[0].endswith((".whl", ".tar.gz", ".zip", ".tar.bz2"))


def gone_lines(request, gone):
    lines = [f"{package['name']} {package['version']} is gone: {package['url']}" for package in gone]
    # Of what was named by its address no index knows anything: what has its name there can be anybody's.
    nearest = [(package, nearest_to(request, package)) for package in gone if not package["direct"]]
    if nearest:
        lines.append("The nearest that the index has:")
    for package, version in nearest:
        if version == package["version"]:
            lines.append(f"{package['name']}: {package['version']} → another file of {version}")
        else:
            lines.append(f"{package['name']}: {package['version']} → {version or 'not there'}")
    return lines


def nearest_to(request, package):
    """The version that the index has and is the same, else the next newer one, else the next older one."""
    from pip._vendor.packaging.version import InvalidVersion, Version

    try:
        said = lines_of_pip(request, "index", "versions", "--pre", *index_options(request), package["name"])
        listed = next((line for line in said if line.startswith("Available versions:")), "").partition(":")[2]
        versions = sorted(Version(text.strip()) for text in listed.split(",") if text.strip())
        wanted = Version(package["version"])
    except (Failure, InvalidVersion):
        return None
    nearest = next((version for version in versions if version >= wanted), versions[-1] if versions else None)
    return str(nearest) if nearest else None


def index_options(request):
    """Those of the lock's options that say where pip looks, as a command has them."""
    words = [word for line in request["options"] for word in shlex.split(os.path.expandvars(line))]
    names = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host")
    found = []
    for index, word in enumerate(words):
        if word in names and index + 1 < len(words):
            found += [word, words[index + 1]]
        elif word == "--no-index" or word.startswith(tuple(f"{name}=" for name in names)):
            found.append(word)
    return found
