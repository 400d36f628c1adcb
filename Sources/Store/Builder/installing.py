"""install: exact packages into a prefix that is still elsewhere."""

import hashlib
import json
import os
import threading
import time
import urllib.parse
from pathlib import Path, PurePosixPath

from records import record_of, refuse_unhashed, unpacked
from telling import Failure, one_line, progress, tell


async def install(request):
    import rattler

    refuse_unhashed([package["name"] for package in request["packages"] if not package.get("sha256")])
    refuse_changed(request)
    records = [record_of(package) for package in request["packages"]]
    target = Path(request["target"])
    try:
        await rattler.install(
            records, target_prefix=target, alternative_target_prefix=request["prefix"],
            cache_dir=Path(request["cache"]), execute_link_scripts=False, show_progress=False,
            reporter=Reporter(records, Path(request["cache"])))
    except Exception as error:
        raise Failure("install", "A package can't be fetched or unpacked", str(error).splitlines()) from None
    # The installer's own, which says that backups may leave the environment out.
    (target / "CACHEDIR.TAG").unlink(missing_ok=True)
    for path in (target / "conda-meta").glob("*.json"):
        # A package may bring a file here too: a link, or one that it shares with the package cache.
        if not path.is_symlink():
            text = json.dumps(everywhere(json.loads(path.read_text())), separators=(",", ":"))
            path.unlink()
            path.write_text(text)


def refuse_changed(request):
    """The installer compares what it downloads with its digest, but takes a file of this host as it is."""
    changed = []
    for package in request["packages"]:
        if not package["url"].startswith("file:") or unpacked(request, package):
            continue
        path = Path(urllib.parse.unquote(urllib.parse.urlsplit(package["url"]).path))
        if path.is_file():
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != package["sha256"].lower():
                    changed.append(f"{package['name']}: {package['url']} is not the file that has the digest {package['sha256']}")
    if changed:
        raise Failure("install", "A package is not what it should be", changed)


def everywhere(record):
    """What a package's record says in every environment: the store notes which packages were asked for."""
    record.pop("requested_specs", None)
    record.pop("requested_spec", None)
    return record


class Reporter:
    """Tells how many packages are fetched and linked, at most ten times a second, and looks at each
    package before it is linked."""

    def __init__(self, records, cache):
        self.total, self.fetched, self.linked, self.told = max(len(records), 1), 0, 0, 0.0
        self.records = {record.name.normalized: record for record in records}
        self.guard = PathGuard(cache, self.records.get("python"))

    def _tell(self, phase, message, count, *names):
        now = time.monotonic()
        if now - self.told > 0.1 or count == self.total:
            self.told = now
            progress(phase, message, count, self.total, *names, fraction=count / self.total)

    def on_populate_cache_start(self, operation, package_name):
        self._tell("downloading", "Fetched {1} of {2} packages: {3}", self.fetched, package_name)
        return operation

    def on_populate_cache_complete(self, cache_entry):
        self.fetched += 1
        self._tell("downloading", "Fetched {1} of {2} packages", self.fetched)

    def on_link_start(self, operation, package_name):
        try:
            self.guard.check(self.records[package_name])
        except Exception as error:
            # An exception would be told to nobody, and the package linked: this ends the process before it is.
            lines = [f"{package_name}: {one_line(error)}"]
            tell(error={"code": "install", "message": "A package can't be trusted", "lines": lines, "spec": None})
            os._exit(1)
        return operation

    def on_link_complete(self, index):
        self.linked += 1
        self._tell("linking", "Linked {1} of {2} packages", self.linked)

    def __getattr__(self, name):
        if not name.startswith("on_"):
            raise AttributeError(name)
        return lambda *arguments: 0


class PathGuard:
    """Keeps packages inside the prefix. The installer believes the paths that a package lists, and follows
    links that another one has made: either could write into the package cache, which is everybody's."""

    def __init__(self, cache, python):
        self.cache, self.links, self.parents, self.lock = cache, set(), {"bin", "conda-meta"}, threading.Lock()
        # Where packages for every Python go.
        self.library = "lib/python" + ".".join(str(python.version).split(".")[:2]) if python else "lib"

    def check(self, record):
        folder = self.cache / f"{record.name.normalized}-{record.version}-{record.build}"
        paths, links = self.listed(folder)
        parents = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
        with self.lock:
            self.links |= links
            self.parents |= parents
            through = self.links & self.parents
        if through:
            raise ValueError(f"files would be written through the link {sorted(through)[0]}")

    def listed(self, folder):
        """The paths that the package takes in the prefix, and which of them are links."""
        info = folder / "info"
        if (info / "paths.json").is_file():
            entries = json.loads((info / "paths.json").read_text())["paths"]
            listed = [(entry["_path"], entry.get("path_type") == "softlink") for entry in entries]
        else:
            listed = [(line, (folder / line).is_symlink()) for line in (info / "files").read_text().splitlines() if line]
        if (info / "link.json").is_file():
            points = (json.loads((info / "link.json").read_text()).get("noarch") or {}).get("entry_points") or []
            listed += [("bin/" + point.split("=")[0].strip(), False) for point in points]
        paths, links = set(), set()
        for path, is_link in listed:
            if path.startswith("/") or ".." in path.split("/") or "\0" in path:
                raise ValueError(f"the path {path!r} leads out of the environment")
            if path.startswith("site-packages/"):
                path_in_prefix = f"{self.library}/{path}"
            elif path.startswith("python-scripts/"):
                path_in_prefix = "bin/" + path.removeprefix("python-scripts/")
            else:
                path_in_prefix = path
            # One name for each place: "a//b" and "a/./b" are "a/b".
            path_in_prefix = str(PurePosixPath(path_in_prefix))
            if path_in_prefix.startswith("conda-meta/") and path_in_prefix.endswith(".json"):
                raise ValueError(f"the package brings {path!r}, but what is installed is for the installer to say")
            paths.add(path_in_prefix)
            if is_link or (folder / path).is_symlink():
                links.add(path_in_prefix)
        return paths, links
