"""Small packages that stand for what real channels have: an entry point, activation, conflicts, a GPU."""

import tempfile
from pathlib import Path

import conda_package


def write_all(out):
    """Writes them into the channel `out`."""
    _package(out, "berth-hello", "1.0", {
        "site-packages/berth_hello.py":
            "WORDS = 'hello from the environment'\n\n\ndef main():\n    print(WORDS)\n",
    }, depends=["python >=3.8"], noarch="python", entry_points=["berth-hello = berth_hello:main"])
    _package(out, "berth-activated", "1.0", {
        "etc/conda/activate.d/berth-activated.sh": 'export BERTH_ACTIVATED="$CONDA_PREFIX"\n',
        "etc/conda/deactivate.d/berth-activated.sh": "unset BERTH_ACTIVATED\n",
    }, noarch="generic", legacy=True)
    _package(out, "berth-prefix", "1.0", {
        "share/berth/prefix.txt": f"{conda_package.PLACEHOLDER}\n",
        "share/berth/prefix.bin": f"\0start\0{conda_package.PLACEHOLDER}/lib\0end\0",
    })
    for version in ("1.0", "2.0"):
        _package(out, "berth-base", version, {"share/berth/base.txt": version}, noarch="generic")
    _package(out, "berth-left", "1.0", {}, depends=["berth-base 1.*"], noarch="generic")
    _package(out, "berth-right", "1.0", {}, depends=["berth-base 2.*"], noarch="generic")
    _package(out, "berth-gpu", "1.0", {"share/berth/gpu.txt": "needs CUDA\n"}, depends=["__cuda >=12"], noarch="generic")


def _package(out, name, version, files, **more):
    with tempfile.TemporaryDirectory() as work:
        root = Path(work, "root")
        root.mkdir()
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        conda_package.write(root, out, name, version, **more)
