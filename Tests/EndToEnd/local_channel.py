"""The local conda channel, served over HTTP."""
import contextlib
import functools
import http.server
import os
import threading


class Server(http.server.ThreadingHTTPServer):
    # Python's five are fewer than a solver's connections at once.
    request_queue_size = 128


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def local_channel():
    """Serves it on the loopback; gives its address."""
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=os.environ["BERTH_CHANNEL"]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
