"""What py-rattler does by itself, in one container: the peer of a build. The last line is JSON.

usage: peer.py solve|install|compile CHANNEL CACHE TARGET SPEC...
"""
import asyncio
import json
import os
import subprocess
import sys
import time

import rattler


async def main():
    verb, channel, cache, target, *specs = sys.argv[1:]
    began = time.monotonic()
    records = await rattler.solve(
        sources=[channel], specs=[rattler.MatchSpec(spec) for spec in specs], platforms=["linux-64", "noarch"],
        gateway=rattler.Gateway(cache_dir=f"{cache}/repodata"), virtual_packages=[p.into_generic() for p in rattler.VirtualPackage.detect()])
    solved = time.monotonic()
    if verb != "solve":
        await rattler.install(records, target_prefix=target, cache_dir=f"{cache}/pkgs", execute_link_scripts=False, show_progress=False)
    installed = time.monotonic()
    if verb == "compile":
        subprocess.run([f"{target}/bin/python", "-I", "-B", "-m", "compileall", "-q", "-q", "-j", "0", f"{target}/lib"], check=False)
    print(json.dumps({"solve": solved - began, "install": installed - solved, "compile": time.monotonic() - installed}), flush=True)

    # Not a return: the solver's threads still run, and may find the interpreter half gone.
    os._exit(0)


asyncio.run(main())
