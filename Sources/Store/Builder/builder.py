"""The builder: runs in a container and does what the store asks for, one verb a container.

usage: builder.py solve|describe|install|pip-resolve|pip-foreign|pip-fetch|pip-install|compile|import [REQUEST [BELL]]

The request is JSON in the file REQUEST, which is read when it is there: at once, or when something was written into the
FIFO BELL. What happens is told on standard output, one JSON object a line:
{"progress": {...}}, {"package": {...}}, {"pip": {...}}, and {"error": {...}} before a failure.
"""

import asyncio
import importlib
import json
import os
import sys
import traceback

from telling import Failure, one_line, tell

REQUEST = "/job/request.json"
# Each in a file of its own, which a container reads only for the verb that it does.
VERBS = {
    "solve": ("solving", "solve"), "describe": ("describing", "describe"), "install": ("installing", "install"),
    "pip-resolve": ("pips", "pip_resolve"), "pip-foreign": ("foreign", "pip_foreign"), "pip-fetch": ("fetching", "pip_fetch"),
    "pip-install": ("pips", "pip_install"), "compile": ("compiling", "compile_all"), "import": ("importing", "import_all")}


def main():
    os.umask(0o022)
    status = 1
    try:
        module, function = VERBS[sys.argv[1]]
        work = getattr(importlib.import_module(module), function)
        if len(sys.argv) > 3:
            wait_for(sys.argv[3])
        with open(sys.argv[2] if len(sys.argv) > 2 else REQUEST) as file:
            request = json.load(file)
        if request.get("egress"):
            import relay

            proxy = relay.start(request["egress"])
            os.environ.update({name: proxy for name in ("PIP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")})
        outcome = work(request)
        if asyncio.iscoroutine(outcome):
            asyncio.run(outcome)
        status = 0
    except Failure as failure:
        tell(error=failure.error)
    except OSError as error:
        tell(error={"code": "system", "message": one_line(error), "lines": [], "spec": None})
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: the solver's threads still run, and would find the interpreter half gone.
    os._exit(status)


def wait_for(bell):
    # Opened so that it never waits for whoever rings: where the launcher is gone, nobody asks any more.
    descriptor = os.open(bell, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    if not os.read(descriptor, 1):
        os._exit(1)
    os.close(descriptor)


main()
