"""describe: what a lock names, as far as it is still to be had, with all that a lock must know."""

import hashlib
import os
from pathlib import Path

from records import described, hexadecimal, listed, record_of, refuse_unattested, refuse_unhashed, unpacked, virtual_packages
from telling import Failure, one_line, progress, tell


async def describe(request):
    from channels import ChannelGateway

    progress("solving", "Looking for the packages of the lock")
    wanted, found, lacking = request["wanted"], {}, []
    gateway = ChannelGateway(request)
    for item in wanted:
        # The cache needs no channel; but what a file does not say is taken from the channel first, to be the same for everybody.
        if item.get("known") and cached(request, item):
            found[item["name"]] = item["known"]
    index = await records_of(gateway, request["platform"], [item for item in wanted if item["name"] not in found])
    for item in wanted:
        if item["name"] in found:
            continue
        package, lack = await sought(request, item, index.get(item["url"]))
        if package:
            known = item.get("known") or {}
            found[item["name"]] = known if known.get("sha256") else package
        else:
            lacking.append((item, lack))
    packages = list(found.values())
    if lacking:
        packages = await instead(request, gateway, wanted, packages, lacking)
    refuse_unhashed([package["name"] for package in packages if not package.get("sha256")])
    if request.get("attestations"):
        known = await proving(gateway, request["platform"], packages)
        await refuse_unattested(request, known.values(), [package for package in packages if package["url"] not in known])
    for package in packages:
        tell(package=package)


def has_digest(item):
    return bool(item.get("sha256") or item.get("md5"))


def is_same(item, sha256, md5):
    """Whether a file is what the lock says; None where there is nothing to compare."""
    for said, found in ((item.get("sha256"), sha256), (item.get("md5"), md5)):
        if said:
            return found == said.lower() if found else None
    return None


async def sought(request, item, record):
    """A package, or None and what it lacks. Where the lock gives no digest, that of the channel's index for the same URL counts."""
    same = is_same(item, hexadecimal(record.sha256), hexadecimal(record.md5)) if record else None
    if record and (same or not has_digest(item) and record.sha256):
        return dict(listed(record), url=item["url"]), None
    package = cached(request, item)
    if package:
        return package, None
    package, lack = await fetched(item)
    return package, OTHER if lack == GONE and same is False else lack


GONE = "is gone"
OTHER = "has another content there than the lock says"
UNPROVED = "has no hash in the lock, and its channel doesn't list it with one"


async def instead(request, gateway, wanted, packages, lacking):
    """What is nearest to the lock, where that may be taken."""
    unproved = [lines_of([entry])[0] for entry in lacking if entry[1] == UNPROVED]
    if unproved:
        raise Failure("unproved", "Packages of the lock have no hash", unproved)
    nearest = await nearest_to(request, gateway, wanted, packages, [item for item, _ in lacking])
    if request["nearest"] and nearest:
        return nearest
    code = "other" if any(lack == OTHER for _, lack in lacking) else "gone"
    # The store reads what is wrong, and whether there is a way past it.
    raise Failure(
        code if nearest else f"{code}-lost", "Packages of the lock are gone", lines_of(lacking) + changes(wanted, nearest or []))


async def records_of(gateway, platform, items):
    """The channels' records of the very files, by URL."""
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
            if record:
                found[item["url"]] = record
    return found


async def proving(gateway, platform, packages):
    """The channels' records of packages that they list with the same digest, by URL."""
    records = await records_of(gateway, platform, packages)
    return {
        package["url"]: records[package["url"]] for package in packages
        if package["url"] in records and is_same(package, hexadecimal(records[package["url"]].sha256), None)}


def subdir(item):
    return item["url"].rsplit("/", 2)[1]


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
    """The same of what no channel lists and can still lie there: packages are taken out of the list before they are removed."""
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
        if not has_digest(item):
            return None, UNPROVED
        if not is_same(item, sha256.hexdigest(), md5.hexdigest()):
            return None, OTHER
        return described(
            rattler.IndexJson.from_package_archive(path), url=item["url"], sha256=sha256.hexdigest(), md5=md5.hexdigest(),
            size=path.stat().st_size, subdir=subdir(item)), None
    except (OSError, ValueError):
        return None, GONE
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
            records = await gateway.solve(
                sources=channels, specs=specs, platforms=[request["platform"], "noarch"],
                virtual_packages=virtual_packages(request["virtualPackages"], request["detect"]),
                locked_packages=[record_of(package) for package in packages])
            return [listed(record) for record in records]
        except Exception as error:
            progress("solving", "{1}", one_line(error)[:200])
    return None


def lines_of(lacking):
    return [f"{item['name']} {item['version']} {item['build']} {lack}: {item['url']}" for item, lack in lacking]


def changes(wanted, nearest):
    """What would be other than in the lock, below its heading; nothing where there is nothing."""
    before = {item["name"]: item for item in wanted}
    after = {package["name"]: package for package in nearest}
    lines = []
    for name in sorted(after and before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        sides = [f"{side['version']} {side['build']}" if side else "not there" for side in (one, other)]
        if sides[0] != sides[1]:
            lines.append(f"{name}: {sides[0]} → {sides[1]}")
        elif has_digest(one) and is_same(one, other.get("sha256"), other.get("md5")) is False:
            lines.append(f"{name}: {sides[0]} as the channel has it now")
    return ["The nearest that fits:"] + lines if lines else []
