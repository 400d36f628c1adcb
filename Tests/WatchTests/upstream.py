"""Serves a directory on 127.0.0.1 as channels and PyPI do: entity tags, conditional requests, redirects, and pauses.

usage: upstream.py DIRECTORY; says its port once it listens. DIRECTORY/rules.json says what to answer instead of a
file, by path, one answer after the other: {"/a": [{"status": 429, "headers": {"Retry-After": "1"}}]}.
DIRECTORY/log has a line for each request: METHOD PATH STATUS; DIRECTORY/bodies/PATH what was last posted.
"""
import collections
import hashlib
import http.server
import json
import os
import pathlib
import sys
import threading

root = pathlib.Path(sys.argv[1])
lock = threading.Lock()
used = collections.Counter()


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def rule(self):
        try:
            rules = json.loads((root / "rules.json").read_text()).get(self.path, [])
        except FileNotFoundError:
            return None
        with lock:
            number = used[self.path]
            used[self.path] += 1
        return rules[number] if number < len(rules) else None

    def do_GET(self):
        rule = self.rule()
        path = root / self.path.lstrip("/").split("?")[0]
        if rule:
            self.answer(rule["status"], rule.get("headers", {}))
        elif not path.is_file():
            self.answer(404)
        else:
            body = path.read_bytes()
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                self.answer(304, {"ETag": tag})
            else:
                self.answer(200, {"ETag": tag}, body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kept = root / "bodies" / self.path.lstrip("/")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(body)
        self.answer((self.rule() or {"status": 200})["status"])

    def answer(self, status, headers={}, body=b""):
        with lock, (root / "log").open("a") as log:
            log.write(f"{self.command} {self.path} {status}\n")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
os.write(1, b"%d\n" % server.server_port)
server.serve_forever()
