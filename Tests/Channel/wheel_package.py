"""Makes a conda package from a wheel: `noarch: python` where it is pure, `linux-64` otherwise."""

import re
import shutil
import tempfile
import zipfile
from configparser import ConfigParser
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

import conda_package

MARKERS = {"python_version": "3.11", "python_full_version": "3.11.2", "os_name": "posix", "sys_platform": "linux",
           "platform_system": "Linux", "platform_machine": "x86_64", "implementation_name": "cpython",
           "platform_python_implementation": "CPython"}


def metadata(wheel):
    """The wheel's METADATA, parsed."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        return Parser().parsestr(archive.read(name).decode())


def convert(wheel, out, all_metadata):
    """Writes the conda package of `wheel` into the channel `out`; `all_metadata` is by canonical name."""
    name, version, _, tags = parse_wheel_filename(Path(wheel).name)
    pure = all(tag.platform == "any" for tag in tags)
    head = all_metadata[name]
    with tempfile.TemporaryDirectory() as work:
        root = Path(work, "root")
        library = root / ("site-packages" if pure else "lib/python3.11/site-packages")
        scripts = root / ("python-scripts" if pure else "bin")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(library)
        _spread_data(library, root, scripts)
        entry_points = _entry_points(library)
        if not pure:
            _write_scripts(scripts, entry_points)
        _amend_record(library, scripts, entry_points)
        requires_python = re.sub(r"\s+", "", head["Requires-Python"] or "")
        depends = [f"python {requires_python}".strip()]
        depends += [] if pure else ["python >=3.11,<3.12.0a0"]
        depends += sorted(_depends(head, all_metadata))
        conda_package.write(
            root, out, name, str(version), depends=depends, noarch="python" if pure else None,
            entry_points=entry_points, build="pyh0" if pure else "py311_0")


def _spread_data(library, root, scripts):
    """`NAME.data` goes where pip would put it."""
    for data in library.glob("*.data"):
        for kind, target in {"data": root, "scripts": scripts, "purelib": library, "platlib": library}.items():
            if (data / kind).is_dir():
                shutil.copytree(data / kind, target, dirs_exist_ok=True)
        shutil.rmtree(data)
    if scripts.is_dir():
        for script in scripts.iterdir():
            content = script.read_bytes()
            script.write_bytes(re.sub(rb"\A#!python[^\n]*", f"#!{conda_package.PLACEHOLDER}/bin/python".encode(), content))
            script.chmod(0o755)


def _entry_points(library):
    found = []
    for path in library.glob("*.dist-info/entry_points.txt"):
        parser = ConfigParser(delimiters="=", interpolation=None)
        parser.optionxform = str
        parser.read(path)
        if parser.has_section("console_scripts"):
            found += [f"{key} = {value.split('[')[0].strip()}" for key, value in parser["console_scripts"].items()]
    return found


def _write_scripts(scripts, entry_points):
    for entry in entry_points:
        command, target = (part.strip() for part in entry.split("="))
        module, function = target.split(":")
        scripts.mkdir(parents=True, exist_ok=True)
        path = scripts / command
        path.write_text(
            f"#!{conda_package.PLACEHOLDER}/bin/python\nimport sys\nfrom {module} import {function.split('.')[0]}\n"
            f"if __name__ == '__main__':\n    sys.exit({function}())\n")
        path.chmod(0o755)


def _amend_record(library, scripts, entry_points):
    """Says that conda installed it, and lists what pip must remove with it."""
    info = next(library.glob("*.dist-info"))
    (info / "INSTALLER").write_text("conda\n")
    commands = {entry.split("=")[0].strip() for entry in entry_points}
    commands |= {path.name for path in scripts.iterdir()} if scripts.is_dir() else set()
    lines = [line for line in (info / "RECORD").read_text().splitlines() if line and ".data/" not in line]
    lines += [f"{info.name}/INSTALLER,,"] + [f"../../../bin/{command},," for command in sorted(commands)]
    (info / "RECORD").write_text("\n".join(lines) + "\n")


def _depends(head, all_metadata, extras=("",)):
    for line in head.get_all("Requires-Dist") or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker and not any(marker.evaluate(MARKERS | {"extra": extra}) for extra in extras):
            continue
        name = canonicalize_name(requirement.name)
        if name in all_metadata:
            yield f"{name} {_version(requirement.specifier)}".strip()
            if requirement.extras:
                extra_only = _depends(all_metadata[name], all_metadata, tuple(requirement.extras))
                yield from (depend for depend in extra_only if depend.split()[0] != name)


def _version(specifier):
    """PEP 440 in conda's words."""
    def one(text):
        return text.replace("===", "==").removeprefix("==") if text.endswith(".*") and text[0] == "=" else text

    return ",".join(sorted(one(str(item)) for item in specifier))
