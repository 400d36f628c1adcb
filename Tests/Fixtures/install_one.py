"""usage: install_one.py PREFIX CHANNEL SPEC: what `conda install --channel CHANNEL SPEC` does: what is there stays, one package comes."""

import asyncio
import os
import sys
from pathlib import Path

import rattler

prefix, channel, spec = Path(sys.argv[1]), sys.argv[2], sys.argv[3]


async def main():
    there = [rattler.PrefixRecord.from_path(path) for path in sorted((prefix / "conda-meta").glob("*.json"))]
    wanted = await rattler.solve(
        sources=[channel], specs=[rattler.MatchSpec(spec)], gateway=rattler.Gateway(cache_dir="/tmp/repodata"),
        platforms=["linux-64", "noarch"], virtual_packages=[])
    await rattler.install(
        there + wanted, target_prefix=prefix, cache_dir=Path("/tmp/pkgs"), execute_link_scripts=False, show_progress=False)


asyncio.run(main())
# py-rattler can crash while the interpreter ends.
os._exit(0)
