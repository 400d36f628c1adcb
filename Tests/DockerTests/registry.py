"""A registry with one image on 127.0.0.1 (OCI Distribution Specification); says its port once it listens.

usage: registry.py [--tags DIRECTORY] [--page N] [--token TOKEN] [--login USER:PASSWORD]
With a log-in, tokens are given to that account alone; without tokens each request must name it.
DIRECTORY/tags has the tags of every image, one a line; DIRECTORY/log gets METHOD PATH STATUS of each request.
DIRECTORY/pushed, where it is there, makes the tags name another manifest: the same with this text in an annotation.
"""
import argparse
import base64
import gzip
import hashlib
import http.server
import io
import json
import os
import pathlib
import platform
import tarfile
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("--tags", type=pathlib.Path)
parser.add_argument("--page", type=int, default=1000)
parser.add_argument("--token")
parser.add_argument("--login")
options = parser.parse_args()
KIND = "application/vnd.docker."


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer(name, size):
    """An uncompressed and a compressed tar archive with one file that does not compress."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = size
        archive.addfile(entry, io.BytesIO(os.urandom(size)))
    return plain.getvalue(), gzip.compress(plain.getvalue(), 1)


layers = [layer("one", 6 << 20), layer("two", 3 << 20)]
config = json.dumps({
    "architecture": {"aarch64": "arm64"}.get(platform.machine(), "amd64"), "os": "linux", "config": {},
    "rootfs": {"type": "layers", "diff_ids": [digest(plain) for plain, _ in layers]},
}).encode()
manifest = json.dumps({
    "schemaVersion": 2, "mediaType": KIND + "distribution.manifest.v2+json",
    "config": {"mediaType": KIND + "container.image.v1+json", "size": len(config), "digest": digest(config)},
    "layers": [
        {"mediaType": KIND + "image.rootfs.diff.tar.gzip", "size": len(packed), "digest": digest(packed)} for _, packed in layers
    ],
}).encode()
blobs = {digest(data): data for data in [config, *(packed for _, packed in layers)]}


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path, _, query = self.path.partition("?")
        parameters = urllib.parse.parse_qs(query)
        login = options.login and "Basic " + base64.b64encode(options.login.encode()).decode()
        if login and (path == "/token" or not options.token) and self.headers.get("Authorization") != login:
            return self.answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="test"'})
        if path == "/token":
            return self.answer(200, json.dumps({"token": options.token, "expires_in": 300}).encode())
        if options.token and self.headers.get("Authorization") != f"Bearer {options.token}":
            host = f"http://127.0.0.1:{self.server.server_port}"
            return self.answer(401, b"{}", {"WWW-Authenticate": f'Bearer realm="{host}/token",service="test"'})
        if path.endswith("/tags/list"):
            return self.list_tags(path, parameters)
        kind, body = "application/octet-stream", None
        if self.path == "/v2/":
            body = b"{}"
        elif "/manifests/" in self.path and self.path.split("/")[-1] in ["1", digest(manifest), *self.tags()]:
            kind, body = KIND + "distribution.manifest.v2+json", self.manifest()
        elif "/blobs/" in self.path:
            body = blobs.get(self.path.split("/")[-1])
        status = 404 if body is None else 200
        body = body if body is not None else b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}'
        self.answer(status, body, {"Content-Type": kind, "Docker-Content-Digest": digest(body)})

    def tags(self):
        return (options.tags / "tags").read_text().split() if options.tags else []

    def manifest(self):
        pushed = options.tags and options.tags / "pushed"
        if not pushed or not pushed.exists():
            return manifest
        return json.dumps({**json.loads(manifest), "annotations": {"pushed": pushed.read_text()}}).encode()

    def list_tags(self, path, parameters):
        tags = self.tags()
        count = min(int(parameters.get("n", ["1000"])[0]), options.page)
        if "last" in parameters:
            tags = tags[tags.index(parameters["last"][0]) + 1:]
        page = tags[:count]
        body = json.dumps({"name": path.removeprefix("/v2/").removesuffix("/tags/list"), "tags": page}).encode()
        headers = {"ETag": f'"{digest(body)}"'}
        if len(tags) > count:
            headers["Link"] = f'<{path}?last={page[-1]}&n={count}>; rel="next"'
        elif self.headers.get("If-None-Match") == headers["ETag"]:
            return self.answer(304, b"", headers)
        self.answer(200, body, headers)

    def answer(self, status, body, headers={}):
        if options.tags:
            with (options.tags / "log").open("a") as log:
                log.write(f"{self.command} {self.path} {status}\n")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
os.write(1, b"%d\n" % server.server_port)
server.serve_forever()
