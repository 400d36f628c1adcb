"""usage: evil_channel.py OUT: packages that try to write where they may not."""

import asyncio
import hashlib
import io
import json
import os
import sys
import tarfile
from pathlib import Path

from rattler.index import index_fs

OUT = Path(sys.argv[1])


def package(name, files=(), links=(), listed=None, depends=(), entry_points=(), mode=0o644, records=()):
    """A package with `files`, `links` (path and target), and a list of paths that need not tell the truth."""
    directory = OUT / "noarch"
    directory.mkdir(parents=True, exist_ok=True)
    with tarfile.open(directory / f"{name}-1.0-0.tar.bz2", "w:bz2") as archive:
        def add(path, content):
            info = tarfile.TarInfo(path)
            info.size = len(content)
            info.mode = mode
            archive.addfile(info, io.BytesIO(content))

        texts = [(path, json.dumps(record).encode()) for path, record in records]
        kind = "python" if entry_points else "generic"
        add("info/index.json", json.dumps({
            "name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": list(depends),
            "subdir": "noarch", "noarch": kind}).encode())
        paths = [{"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(b"evil").hexdigest(),
                  "size_in_bytes": 4} for path in (listed or files)]
        paths += [{"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(text).hexdigest(), "size_in_bytes": len(text)}
                  for path, text in texts]
        paths += [{"_path": path, "path_type": "softlink"} for path, _ in links]
        add("info/paths.json", json.dumps({"paths": paths, "paths_version": 1}).encode())
        if entry_points:
            add("info/link.json", json.dumps({
                "noarch": {"type": "python", "entry_points": list(entry_points)}, "package_metadata_version": 1}).encode())
        for path, target in links:
            info = tarfile.TarInfo(path)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
        for path in files:
            add(path, b"evil")
        for path, text in texts:
            add(path, text)


# Lists a path above the environment; the file is where the installer will look for it.
package("evil-path", files=["x"], listed=["../evil-path-1.0-0/x"])
# One makes a link into the package cache, the other writes through it.
package("evil-link", links=[("share/berth", "/work/pkgs/")])
package("evil-through", files=["share/berth/evil.txt"], depends=["evil-link"])
# A command with a path for a name.
package("evil-command", files=["site-packages/x.py"], depends=["python"], entry_points=["../../evil = x:main"])
# A file that everybody may write, in the hope that it stays so.
package("evil-open", files=["share/berth/open.txt"], mode=0o666)
# A record of a package that nobody asked for, which names a file of the host's.
package("evil-record", records=[("conda-meta/evil-other-1.0-0.json", {
    "name": "evil-other", "version": "1.0", "build": "0", "files": ["../../../../../../../etc/hostname"],
    "paths_data": {"paths": [{"_path": "../../../../../../../etc/passwd", "prefix_placeholder": "root:"}]}})])
os.makedirs(OUT / "linux-64", exist_ok=True)
asyncio.run(index_fs(OUT))
sys.stdout.flush()
# The indexer's threads still run, and would find the interpreter half gone.
os._exit(0)
