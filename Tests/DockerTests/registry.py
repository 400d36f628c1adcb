"""A registry with one image on 127.0.0.1 (Docker Registry HTTP API V2); says its port once it listens."""
import gzip
import hashlib
import http.server
import io
import json
import os
import platform
import tarfile

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
        kind, body = "application/octet-stream", None
        if self.path == "/v2/":
            body = b"{}"
        elif "/manifests/" in self.path and self.path.split("/")[-1] in ("1", digest(manifest)):
            kind, body = KIND + "distribution.manifest.v2+json", manifest
        elif "/blobs/" in self.path:
            body = blobs.get(self.path.split("/")[-1])
        self.send_response(404 if body is None else 200)
        body = body if body is not None else b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}'
        self.send_header("Content-Type", kind)
        self.send_header("Docker-Content-Digest", digest(body))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
os.write(1, b"%d\n" % server.server_port)
server.serve_forever()
