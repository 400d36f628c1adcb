"""Packages between the solver and the store: as the lock has them, as the solver has them, and which of them are refused."""

from pathlib import Path

from telling import Failure, progress


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


def binary(digest):
    return bytes.fromhex(digest) if digest else None


def virtual_packages(given, detect):
    """What the container's system has, where it stands for the target's, and on top what is known of that: NAME[=VERSION[=BUILD]]."""
    import rattler

    detected = [package.into_generic() for package in rattler.VirtualPackage.detect()] if detect else []
    found = {package.name.normalized: package for package in detected}
    for text in given:
        name, version, build = (text.split("=") + ["", ""])[:3]
        if version == "none":
            found.pop(name, None)
            continue
        found[name] = rattler.GenericVirtualPackage(
            rattler.PackageName(name), rattler.Version(version or "0"), rattler.BuildString(build or "0"))
    return list(found.values())


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


def unpacked(request, item):
    """Where the package cache has it; None where it has not, or has another of that name."""
    if not item.get("sha256"):
        return None
    folder = Path(request["cache"], f"{item['name']}-{item['version']}-{item['build']}")
    lock = folder.with_name(folder.name + ".lock")
    if not (folder / "info" / "index.json").is_file() or not lock.is_file():
        return None
    return folder if bytes.fromhex(item["sha256"]) in lock.read_bytes() else None
