"""usage: small_channel.py OUT [NAME=VERSION ...]: adds packages of one file each to a channel, and lists what is there."""

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


def package(name, version):
    directory = OUT / "noarch"
    directory.mkdir(parents=True, exist_ok=True)
    path, content = f"share/{name}.txt", f"{name} {version}\n".encode()
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": [], "subdir": "noarch", "noarch": "generic"}
    paths = {"paths_version": 1, "paths": [
        {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest(), "size_in_bytes": len(content)}]}
    with tarfile.open(directory / f"{name}-{version}-0.tar.bz2", "w:bz2") as archive:
        for place, text in [
                ("info/index.json", json.dumps(index).encode()), ("info/paths.json", json.dumps(paths).encode()), (path, content)]:
            member = tarfile.TarInfo(place)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))


for spec in sys.argv[2:]:
    package(*spec.split("="))
asyncio.run(index_fs(OUT))
# py-rattler can crash while the interpreter ends.
os._exit(0)
