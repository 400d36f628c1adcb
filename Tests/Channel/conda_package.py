"""Writes a directory as a conda package: .conda, or .tar.bz2 for the old format."""

import hashlib
import json
import os
import tarfile
from pathlib import Path

from conda_package_streaming.create import conda_builder

PLACEHOLDER = "/opt/" + "_".join(["placeholder"] * 12)
# One date for everything, so that the same inputs give the same bytes.
MTIME = 1_760_000_000


def write(root, out, name, version, *, depends=(), constrains=(), noarch=None, entry_points=(), build="0",
          legacy=False):
    """Packages all files under `root` into the channel `out`."""
    root = Path(root)
    subdir = "noarch" if noarch else "linux-64"
    index = {"name": name, "version": version, "build": build, "build_number": 0, "depends": list(depends),
             "constrains": list(constrains), "subdir": subdir, "timestamp": MTIME * 1000}
    if noarch:
        index["noarch"] = noarch
    else:
        index |= {"arch": "x86_64", "platform": "linux"}
    paths = [_path(root, path) for path in _files(root)]
    info = root / "info"
    info.mkdir()
    _json(info / "index.json", index)
    _json(info / "paths.json", {"paths": paths, "paths_version": 1})
    (info / "files").write_text("".join(path["_path"] + "\n" for path in paths))
    if noarch == "python":
        link = {"noarch": {"type": "python", "entry_points": list(entry_points)}, "package_metadata_version": 1}
        _json(info / "link.json", link)

    directory = Path(out, subdir)
    directory.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version}-{build}"
    if legacy:
        with tarfile.open(directory / f"{stem}.tar.bz2", "w:bz2") as archive:
            _add_all(archive, root)
    else:
        with conda_builder(stem, directory, compression_level=3) as archive:
            _add_all(archive, root)


def _files(root):
    for directory, directories, files in os.walk(root):
        links = [name for name in directories if os.path.islink(os.path.join(directory, name))]
        for name in sorted(files + links):
            yield Path(directory, name).relative_to(root)


def _path(root, path):
    whole = root / path
    if whole.is_symlink():
        return {"_path": str(path), "path_type": "softlink"}
    content = whole.read_bytes()
    entry = {"_path": str(path), "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest(),
             "size_in_bytes": len(content)}
    if PLACEHOLDER.encode() in content:
        entry |= {"prefix_placeholder": PLACEHOLDER, "file_mode": "binary" if b"\0" in content else "text"}
    return entry


def _add_all(archive, root):
    def same(info):
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mtime = MTIME
        return info

    for path in sorted(_files(root)):
        archive.add(root / path, str(path), recursive=False, filter=same)


def _json(path, value):
    path.write_text(json.dumps(value, indent=1))
