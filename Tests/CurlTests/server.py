"""An HTTP server on a Unix socket for the tests of Curl; says "ready" once it listens."""
import http.server
import os
import socketserver
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "test"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path == "/endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            sent = 0
            piece = b"x" * 65536
            try:
                while True:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    sent += len(piece)
                    with open(sys.argv[1] + ".part", "w") as counter:
                        counter.write(str(sent))
                    os.replace(sys.argv[1] + ".part", sys.argv[1] + ".sent")
            except OSError:
                pass
            with open(sys.argv[1] + ".closed", "w"):
                self.close_connection = True
        elif self.path.startswith("/bytes/"):
            self.answer(200, b"y" * int(self.path.split("/")[-1]))
        elif self.path == "/silent":
            self.server.let_go.wait(30)
            self.close_connection = True
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"short")
            self.close_connection = True
        else:
            self.answer(404, b"no", [("X-Twice", "1"), ("x-twice", "2"), ("X-Odd", " a: b ")])

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = [f"{self.command} {self.headers.get('Content-Type')} {self.headers.get('X-Empty')!r} {self.headers.get('Expect')} "]
        self.answer(200, told[0].encode() + body)

    do_PUT = do_DELETE = do_POST


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128
    let_go = threading.Event()

    def get_request(self):
        request, _ = super().get_request()
        return request, ("test", 0)


server = Server(sys.argv[1], Handler)
print("ready", flush=True)
server.serve_forever()
