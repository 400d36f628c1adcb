"""usage: make_channel.py OUT WHEELS PYTHON: a conda channel of the wheels, a built CPython and the small packages."""

import asyncio
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from packaging.utils import parse_wheel_filename
from rattler.index import index_fs

import conda_package
import small_packages
import wheel_package


def main():
    out, wheels, python = sys.argv[1:]
    pinned = sorted(Path(wheels).glob("*.whl"))
    heads = {parse_wheel_filename(path.name)[0]: wheel_package.metadata(path) for path in pinned}
    with ProcessPoolExecutor() as pool:
        work = [pool.submit(wheel_package.convert, str(path), out, heads) for path in pinned]
        work.append(pool.submit(
            conda_package.write, python, out, "python", "3.11.2", depends=["__glibc >=2.36,<3.0.a0"],
            build="h1_cpython"))
        small_packages.write_all(out)
        for done in work:
            done.result()
    asyncio.run(index_fs(out))


main()
