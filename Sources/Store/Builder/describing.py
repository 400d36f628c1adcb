"""describe: what a lock names, as far as it is still to be had, with all that a lock must know."""

import hashlib
import os
from pathlib import Path

from records import described, hexadecimal, listed, record_of, refuse_unattested, refuse_unhashed, unpacked, virtual_packages
from telling import Failure, one_line, progress, tell


async def describe(request):
    from channels import ChannelGateway

    progress("solving", "Looking for the packages of the lock")
    wanted, found, gone = request["wanted"], {}, []
    gateway = ChannelGateway(request)
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
            records = await gateway.solve(
                sources=channels, specs=specs, platforms=[request["platform"], "noarch"],
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
