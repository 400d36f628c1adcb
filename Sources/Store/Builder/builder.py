"""The builder: runs in a container and does what the store asks for, one verb a container.

usage: builder.py solve|describe|install|pip-resolve|pip-install|compile|import

The request is JSON in REQUEST. What happens is told on standard output, one JSON object a line:
{"progress": {...}}, {"package": {...}}, {"pip": {...}}, and {"error": {...}} before a failure.
"""

import asyncio
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.parse
from datetime import datetime
from pathlib import Path, PurePosixPath

REQUEST = "/job/request.json"


class Failure(Exception):
    """What a person should read; `code` is what the store decides by."""

    def __init__(self, code, message, lines=(), spec=None, conflict=None):
        super().__init__(message)
        self.error = {"code": code, "message": message, "lines": list(lines)[-60:], "spec": spec, "conflict": conflict}


def tell(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def progress(phase, message, *values, fraction=None):
    """Tells a step: a sentence with {1}, {2}, ... where its values stand, so that it can be translated."""
    tell(progress={"phase": phase, "message": message, "values": [str(value) for value in values], "fraction": fraction})


# solve: specs and channels to exact packages


async def solve(request):
    import rattler

    specs = []
    for index, text in enumerate(request["specs"]):
        try:
            specs.append(rattler.MatchSpec(text))
        except Exception as error:
            raise Failure("spec", one_line(error), spec=index) from None
    progress("solving", "Solving for {1} packages", len(specs))
    gateway = rattler.Gateway(cache_dir=request["repodata"])
    platforms = [request["platform"], "noarch"]
    system = virtual_packages(request["virtualPackages"], request["detect"])
    priority = getattr(rattler.ChannelPriority, request["channelPriority"].capitalize())
    cut_off = datetime.fromisoformat(request["cutOff"]) if request.get("cutOff") else None

    async def attempt(specs):
        """The packages, or None and the solver's report."""
        try:
            return await rattler.solve(
                sources=request["channels"], specs=specs, gateway=gateway, platforms=platforms, virtual_packages=system,
                exclude_newer=cut_off, channel_priority=priority), None
        except Exception as error:
            kind = type(error).__name__
            if kind == "SolverError":
                return None, str(error).removeprefix("Cannot solve the request because of: ").strip()
            if kind == "GatewayError":
                raise Failure("channel", "A channel can't be read", str(error).splitlines()) from None
            raise

    async def reason(specs):
        return (await attempt(specs))[1]

    records, report = await attempt(specs)
    if records is None:
        import conflict

        progress("solving", "Looking for the lines that don't fit together")
        found = await conflict.find(specs, report, reason, gateway, request["channels"], platforms, suggest=request["detect"])
        raise Failure("unsolvable", "The packages don't fit together", found["report"], conflict=found)
    refuse_unhashed([record.name.normalized for record in records if not record.sha256])
    await refuse_unattested(request, records)
    for record in records:
        tell(package=listed(record))
    if request.get("lookFor"):
        known = {name.normalized for name in await gateway.names(request["channels"], platforms)}
        tell(known=[name for name in request["lookFor"] if name in known])


def listed(record):
    """A package as its channel's index describes it."""
    return described(
        record, url=record.url, sha256=hexadecimal(record.sha256), md5=hexadecimal(record.md5), size=record.size,
        subdir=str(record.subdir))


def described(package, **proof):
    """What an index and a package's own index.json both say, with where it is had and what proves it."""
    return {
        "name": package.name.normalized, "version": str(package.version), "build": str(package.build),
        "buildNumber": package.build_number, "depends": list(package.depends), "constrains": list(package.constrains),
        "noarch": noarch(package), "sitePackages": package.python_site_packages_path, "license": package.license, **proof}


def refuse_unhashed(names):
    """The cache is everybody's, and finds a package without a SHA-256 by its name alone: what one
    channel once gave would be linked for another's."""
    if names:
        raise Failure("unhashed", "A channel gives no SHA-256 for some of its packages", sorted(names))


async def refuse_unattested(request, records, unlisted=()):
    import attestations

    refused, doubtful = await attestations.judge(request, records, unlisted)
    for text in doubtful:
        progress("solving", "Not attested: {1}", text)
    if refused:
        raise Failure("attestation", "Packages are not attested", refused)


def virtual_packages(given, detect):
    """What the container's system has, where it stands for the target's, and on top what is known of that: NAME[=VERSION[=BUILD]]."""
    import rattler

    detected = [package.into_generic() for package in rattler.VirtualPackage.detect()] if detect else []
    found = {package.name.normalized: package for package in detected}
    for text in given:
        name, version, build = (text.split("=") + ["", ""])[:3]
        found[name] = rattler.GenericVirtualPackage(
            rattler.PackageName(name), rattler.Version(version or "0"), rattler.BuildString(build or "0"))
    return list(found.values())


def noarch(record):
    kind = record.noarch
    return "python" if kind.python else "generic" if kind.generic else None


def hexadecimal(digest):
    return digest.hex() if digest else None


def record_of(package):
    import rattler

    record = rattler.PackageRecord(
        package["name"], package["version"], rattler.BuildString(package["build"]), package["buildNumber"], package["subdir"],
        noarch=package.get("noarch"), depends=package["depends"], constrains=package["constrains"],
        sha256=binary(package.get("sha256")), md5=binary(package.get("md5")), size=package.get("size"),
        license=package.get("license"), python_site_packages_path=package.get("sitePackages"))
    url = package["url"]
    return rattler.RepoDataRecord(record, url.rsplit("/", 1)[1], url, url.rsplit("/", 2)[0])


# describe: what a lock names, as far as it is still to be had, with all that a lock must know


async def describe(request):
    import rattler

    progress("solving", "Looking for the packages of the lock")
    wanted, found, gone = request["wanted"], {}, []
    gateway = rattler.Gateway(cache_dir=request["repodata"])
    for item in wanted:
        # The cache needs no channel; but what a file does not say is taken from the channel first, to be the same for everybody.
        if item.get("known") and cached(request, item):
            found[item["name"]] = item["known"]
    index = await indexed(gateway, request["platform"], [item for item in wanted if item["name"] not in found])
    for item in wanted:
        if item["name"] in found:
            continue
        package = index.get(item["url"]) or cached(request, item) or await fetched(item)
        if package:
            found[item["name"]] = item.get("known") or package
        else:
            gone.append(item)
    packages = list(found.values())
    if gone:
        nearest = await nearest_to(request, gateway, wanted, packages, gone)
        if not (request["nearest"] and nearest):
            raise Failure("gone" if nearest else "lost", "Packages of the lock are gone", gone_lines(wanted, gone, nearest))
        packages = nearest
    refuse_unhashed([package["name"] for package in packages if not package.get("sha256")])
    if request.get("attestations"):
        known = await records_of(gateway, request["platform"], packages)
        await refuse_unattested(request, known.values(), [package for package in packages if package["url"] not in known])
    for package in packages:
        tell(package=package)


def matches(item, sha256, md5):
    if item.get("sha256"):
        return sha256 == item["sha256"].lower()
    return bool(item.get("md5")) and md5 == item["md5"].lower()


async def indexed(gateway, platform, items):
    """What the channels list, by URL."""
    return {url: dict(listed(record), url=url) for url, record in (await records_of(gateway, platform, items)).items()}


async def records_of(gateway, platform, items):
    """The channels' records of packages that they list with the same digest, by URL."""
    groups, found = {}, {}
    for item in items:
        groups.setdefault(item["url"].rsplit("/", 2)[0], []).append(item)
    for channel, members in groups.items():
        try:
            answer = await gateway.query(
                [channel], [platform, "noarch"], sorted({item["name"] for item in members}), recursive=False,
                channel_relations="disabled")
        except Exception as error:
            progress("solving", "{1} can't be read: {2}", channel, one_line(error)[:200])
            continue
        records = {(str(record.subdir), record.file_name): record for part in answer for record in part}
        for item in members:
            record = records.get((subdir(item), item["url"].rsplit("/", 1)[1]))
            if record and matches(item, hexadecimal(record.sha256), hexadecimal(record.md5)):
                found[item["url"]] = record
    return found


def subdir(item):
    return item["url"].rsplit("/", 2)[1]


def unpacked(request, item):
    """Where the package cache has it; None where it has not, or has another of that name."""
    if not item.get("sha256"):
        return None
    folder = Path(request["cache"], f"{item['name']}-{item['version']}-{item['build']}")
    lock = folder.with_name(folder.name + ".lock")
    if not (folder / "info" / "index.json").is_file() or not lock.is_file():
        return None
    return folder if bytes.fromhex(item["sha256"]) in lock.read_bytes() else None


def cached(request, item):
    """What the package cache has unpacked; the installer compares its digest when it takes it."""
    import rattler

    folder = unpacked(request, item)
    if not folder:
        return None
    return described(
        rattler.IndexJson.from_package_directory(folder), url=item["url"], sha256=item["sha256"].lower(), md5=item.get("md5"),
        size=None, subdir=subdir(item))


async def fetched(item):
    """What no channel lists can still lie there: packages are taken out of the list before they are removed."""
    import urllib.request

    import rattler

    path = Path(os.environ.get("TMPDIR", "/tmp"), item["url"].rsplit("/", 1)[1])
    sha256, md5 = hashlib.sha256(), hashlib.md5()
    try:
        with urllib.request.urlopen(item["url"], timeout=30) as response, path.open("wb") as file:
            while chunk := response.read(1 << 20):
                sha256.update(chunk)
                md5.update(chunk)
                file.write(chunk)
        if not matches(item, sha256.hexdigest(), md5.hexdigest()):
            return None
        return described(
            rattler.IndexJson.from_package_archive(path), url=item["url"], sha256=sha256.hexdigest(), md5=md5.hexdigest(),
            size=path.stat().st_size, subdir=subdir(item))
    except (OSError, ValueError):
        return None
    finally:
        path.unlink(missing_ok=True)


async def nearest_to(request, gateway, wanted, packages, gone):
    """The solution that keeps what there is and has the least change for what is gone; None where there is none."""
    import rattler

    missing = {item["name"]: item for item in gone}
    channels = list(dict.fromkeys(item["url"].rsplit("/", 2)[0] for item in wanted))
    for same_version in (True, False):
        specs = [
            rattler.MatchSpec(f"{item['name']} =={item['version']}" if same_version and item["name"] in missing else item["name"])
            for item in wanted]
        try:
            records = await rattler.solve(
                sources=channels, specs=specs, gateway=gateway, platforms=[request["platform"], "noarch"],
                virtual_packages=virtual_packages(request["virtualPackages"], request["detect"]),
                locked_packages=[record_of(package) for package in packages])
            return [listed(record) for record in records]
        except Exception as error:
            progress("solving", "{1}", one_line(error)[:200])
    return None


def gone_lines(wanted, gone, nearest):
    lines = [f"{item['name']} {item['version']} {item['build']} is gone: {item['url']}" for item in gone]
    if nearest is None:
        return lines
    before = {item["name"]: item for item in wanted}
    after = {package["name"]: package for package in nearest}
    lines.append("The nearest that fits:")
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        sides = [f"{side['version']} {side['build']}" if side else "not there" for side in (one, other)]
        if sides[0] != sides[1]:
            lines.append(f"{name}: {sides[0]} → {sides[1]}")
    return lines


# install: exact packages into a prefix that is still elsewhere


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
    """What a package's record says in every environment: the store's manifest has the digests of the files that
    name the prefix, and the store notes which packages were asked for."""
    record.pop("requested_specs", None)
    record.pop("requested_spec", None)
    for path in (record.get("paths_data") or {}).get("paths", []):
        path.pop("sha256_in_prefix", None)
        if path.get("path_type") == "unix_python_entry_point":
            path.pop("sha256", None)
    return record


def binary(digest):
    return bytes.fromhex(digest) if digest else None


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


# pip: the environment's own pip, under another UID than the one that owns the packages


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
        PYTHONNOUSERSITE="1", PATH=f"{request['prefix']}/bin:{os.environ.get('PATH', '/usr/bin:/bin')}",
)
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


# compile: sources to bytecode, which the store keeps by the digest of the source

# Runs in the interpreter: one JSON object a line in the file that is its argument, one byte out for each that is done with.
COMPILER = """
import json, py_compile, sys
for line in open(sys.argv[1]):
    job = json.loads(line)
    try:
        py_compile.compile(job["source"], job["target"], job["name"], True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except Exception:
        # A source that does not compile (a template, a test of Python 2) is nobody's business here.
        pass
    sys.stdout.write(".")
    sys.stdout.flush()
"""


def compile_all(request):
    interpreter = [f"{request['interpreter']}/bin/python", "-I", "-S", "-B", "-W", "ignore", "-c"]
    output = Path(request["scratch"], "bytecode")
    output.mkdir()
    tag = subprocess.run(
        interpreter + ["import sys; print(sys.implementation.cache_tag, end='')"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, check=True)
    (output / "tag").write_bytes(tag.stdout)
    jobs = []
    for source in request["sources"]:
        path = f"{request['prefix']}/{source['path']}"
        if source["hasPrefix"]:
            # Compiled with a prefix of the same length that is nobody's; the store puts the environment's in its place.
            text = Path(path).read_bytes().replace(request["prefix"].encode(), request["neutral"].encode())
            path = f"{request['scratch']}/{source['sha256']}.py"
            Path(path).write_bytes(text)
        jobs.append({"source": path, "name": source["path"], "target": f"{output}/{source['sha256']}"})
    # The largest first, dealt out in turn: the shares end at about the same time.
    jobs.sort(key=lambda job: -os.path.getsize(job["source"]))
    cores = len(os.sched_getaffinity(0))
    shares = [jobs[core::cores] for core in range(cores)]
    done, lock = [0], threading.Lock()

    def tick():
        with lock:
            done[0] += 1
            if done[0] % 100 == 0 or done[0] == len(jobs):
                progress("compiling", "Compiled {1} of {2} modules", done[0], len(jobs), fraction=done[0] / len(jobs))

    def compile_share(index):
        rest = shares[index]
        # A source can crash the compiler; the ones after it must not suffer.
        while rest:
            listing = Path(request["scratch"], f"sources-{index}")
            listing.write_text("".join(json.dumps(job) + "\n" for job in rest))
            process = subprocess.Popen(
                interpreter + [COMPILER, str(listing)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            count = 0
            while process.stdout.read(1):
                count += 1
                tick()
            rest = rest[count + 1:] if process.wait() != 0 else []

    progress("compiling", "Compiling {1} modules", len(jobs))
    threads = [threading.Thread(target=compile_share, args=(index,)) for index in range(cores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# import: what was asked for, in a build that is finished


def import_all(request):
    import imports

    progress("verifying", "Importing the packages")
    for package, modules in imports.modules(request["prefix"], request["names"]).items():
        for module in modules:
            reason = imports.failure(request["prefix"], module, request["scratch"], request["variables"])
            tell(imported={"package": package, "module": module, "error": reason})


def one_line(error):
    return " ".join(str(error).split())


def main():
    os.umask(0o022)
    request = json.loads(Path(REQUEST).read_text())
    verbs = {
        "solve": solve, "describe": describe, "install": install, "pip-resolve": pip_resolve, "pip-install": pip_install,
        "compile": compile_all, "import": import_all}
    status = 1
    if request.get("egress"):
        import relay

        proxy = relay.start(request["egress"])
        os.environ.update({name: proxy for name in ("PIP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")})
    try:
        outcome = verbs[sys.argv[1]](request)
        if asyncio.iscoroutine(outcome):
            asyncio.run(outcome)
        status = 0
    except Failure as failure:
        tell(error=failure.error)
    except OSError as error:
        tell(error={"code": "system", "message": one_line(error), "lines": [], "spec": None})
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: the solver's threads still run, and would find the interpreter half gone.
    os._exit(status)


main()
