"""A server of a person's own in the place of Jupyter's: sends and takes bodies of any size.

usage: upstream.py SOCKET
"""
import http.server
import os
import socketserver
import sys

CHUNK = bytes(1 << 20)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def address_string(self):
        return ""

    def do_GET(self):
        last = self.path.rsplit("/", 1)[1]
        # Anything but a size is the gateway asking whether somebody is there.
        count = int(last) if last.isdecimal() else 0
        self.send_response(200)
        self.send_header("Content-Length", str(count))
        self.end_headers()
        while count > 0:
            sent = CHUNK[:count]
            self.wfile.write(sent)
            count -= len(sent)

    def do_PUT(self):
        left = int(self.headers["Content-Length"])
        taken = 0
        while left > 0:
            part = self.rfile.read(min(left, len(CHUNK)))
            if not part:
                return
            taken += len(part)
            left -= len(part)
        body = str(taken).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def server_bind(self):
        self.socket.bind(self.server_address)
        os.chmod(self.server_address, 0o660)
        print("listening", flush=True)

    def get_request(self):
        request, _ = self.socket.accept()
        return request, ("", 0)


Server(sys.argv[1], Handler).serve_forever()
