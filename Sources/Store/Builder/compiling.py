"""compile: sources to bytecode, which the store keeps by the digest of the source."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import threading
from pathlib import Path

from telling import Failure, progress


# Runs in the interpreter: one JSON object a line in the file that is its argument, one letter out for each that is done
# with; what the host fails at ends it, and says so.
COMPILER = """
import importlib, json, py_compile, sys

def write(path, content, mode):
    with open(path, "wb") as file:
        file.write(content)

# Python's own writes less than all where the disk is full, and says nothing: half a module would be everybody's.
importlib._bootstrap_external._write_atomic = write
for line in open(sys.argv[1]):
    job, letter = json.loads(line), "."
    try:
        py_compile.compile(job["source"], job["target"], job["name"], True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except MemoryError:
        letter = "m"
    except OSError as error:
        sys.stdout.write(f"!{error.errno or 0}")
        sys.exit(1)
    except Exception:
        # A source that does not compile (a template, a test of Python 2) is nobody's business here.
        pass
    sys.stdout.write(letter)
    sys.stdout.flush()
"""


def compile_all(request):
    interpreter = [f"{request['interpreter']}/bin/python", "-I", "-S", "-B", "-W", "ignore", "-c"]
    output = Path(request["scratch"], "bytecode")
    output.mkdir()
    tag = subprocess.run(
        interpreter + ["import sys; print(sys.implementation.cache_tag, end='')"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, check=True)
    (output / "tag").write_bytes(tag.stdout)
    jobs = []
    for source in request["sources"]:
        path = f"{request['prefix']}/{source['path']}"
        text = Path(path).read_bytes()
        # Bytecode is everybody's by this digest, whoever noted it.
        if hashlib.sha256(text).hexdigest() != source["sha256"]:
            raise Failure("install", "A package is not what it should be", [f"{source['path']} is not the file that was linked"])
        jobs.append({"source": path, "name": source["path"], "target": f"{output}/{source['sha256']}"})
    # The largest first, dealt out in turn: the shares end at about the same time.
    jobs.sort(key=lambda job: -os.path.getsize(job["source"]))
    cores = len(os.sched_getaffinity(0))
    shares = [jobs[core::cores] for core in range(cores)]
    done, starved, failures, lock = [0], [], [], threading.Lock()

    def tick():
        with lock:
            done[0] += 1
            if done[0] % 100 == 0 or done[0] == len(jobs):
                progress("compiling", "Compiled {1} of {2} modules", done[0], len(jobs), fraction=done[0] / len(jobs))

    def compile_share(index):
        try:
            starved.extend(run(interpreter, shares[index], Path(request["scratch"], f"sources-{index}"), tick))
        except OSError as error:
            failures.append(error)

    progress("compiling", "Compiling {1} modules", len(jobs))
    threads = [threading.Thread(target=compile_share, args=(index,)) for index in range(cores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    # Alone, each has all the memory there is. What still says that it lacks some is too deep for the parser: it does not
    # compile. What is killed again shows that the container has too little.
    for job, _ in starved:
        for again, killed in run(interpreter, [job], Path(request["scratch"], "source")):
            if killed:
                raise OSError(errno.ENOMEM, "The memory is not enough to compile", again["name"])


def run(interpreter, jobs, listing, tick=lambda: None):
    """Compiles what `jobs` say, in turn; gives those that lacked memory, and whether the kernel killed them for it."""
    starved = []
    # A source can crash the compiler; the ones after it must not suffer.
    while jobs:
        listing.write_text("".join(json.dumps(job) + "\n" for job in jobs))
        process = subprocess.Popen(
            interpreter + [COMPILER, str(listing)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        count = 0
        while (letter := process.stdout.read(1)) in (b".", b"m"):
            if letter == b"m":
                starved.append((jobs[count], False))
            count += 1
            tick()
        if letter == b"!":
            code = int(process.stdout.read() or 0)
            raise OSError(code, os.strerror(code), jobs[count]["name"])
        status = process.wait()
        if status == -signal.SIGKILL and count < len(jobs):
            starved.append((jobs[count], True))
        jobs = jobs[count + 1:] if status != 0 else []
    return starved
