"""What a browser and JupyterLab say to a server, without a browser: pages, events, a kernel's WebSocket."""
import http.client
import http.cookies
import json
import os
import socket
import ssl

import websocket


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def text(self):
        return self.body.decode(errors="replace")


class Browser:
    """One kept connection with a cookie jar: to a host and port by TLS, or to a Unix socket."""

    def __init__(self, host, port=None, certificate=None):
        self.host, self.port, self.certificate, self.cookies = host, port, certificate, {}
        self.origin = f"https://localhost:{port}" if port else "http://localhost"
        self.connection = self._connection()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _connection(self):
        if self.port:
            return http.client.HTTPSConnection(
                "localhost", self.port, context=ssl.create_default_context(cafile=self.certificate), timeout=60)
        connection = http.client.HTTPConnection("localhost", timeout=60)
        connection.sock = self._unix()
        return connection

    def _unix(self):
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(self.host)
        return channel

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, {"Cookie": self.cookie, "Origin": self.origin, **(headers or {})})
        response = self.connection.getresponse()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return response

    def get(self, path):
        return Answer(self._ask("GET", path))

    def post(self, path, body, headers=None):
        return Answer(self._ask("POST", path, body, headers))

    def events(self, path):
        """Server-sent events, on a connection of their own."""
        other = self._connection()
        other.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/event-stream"})
        response = other.getresponse()
        assert response.status == 200, response.read()
        for line in response:
            if line.startswith(b"data:"):
                yield json.loads(line[5:])
        other.close()

    def websocket(self, path):
        scheme, options = ("wss", {"sslopt": {"ca_certs": self.certificate}}) if self.port else ("ws", {"socket": self._unix()})
        address = f"localhost:{self.port}" if self.port else "localhost"
        return websocket.create_connection(
            f"{scheme}://{address}{path}", cookie=self.cookie, origin=self.origin, timeout=60, **options)


def first_cell(browser, page, base, clock):
    """Lab's page, a kernel, and the answer of a cell in it."""
    answer = browser.get(page)
    assert answer.status == 200 and b"jupyter-config-data" in answer.body, (answer.status, answer.text[:500])
    clock.lap("page")
    headers = {"Content-Type": "application/json", "X-XSRFToken": browser.cookies.get("_xsrf", "")}
    answer = browser.post(base + "api/kernels", "{}", headers)
    assert answer.status == 201, answer.text
    kernel = json.loads(answer.body)["id"]
    clock.lap("kernel")
    channel = browser.websocket(f"{base}api/kernels/{kernel}/channels")
    message = {
        "header": {"msg_id": os.urandom(8).hex(), "msg_type": "execute_request", "username": "", "session": "s", "version": "5.3",
                   "date": "2026-01-01T00:00:00Z"},
        "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
        "content": {"code": "print(6 * 7)", "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}}
    channel.send(json.dumps(message))
    while True:
        said = json.loads(channel.recv())
        if said.get("msg_type") == "stream" and said["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            assert said["content"]["text"].strip() == "42", said
            break
    clock.lap("cell")
    channel.close()
