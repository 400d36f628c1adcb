"""A Berth for the tests: configuration, certificate, PAM service, start and stop."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading
import urllib.parse

import confidential
from people import People, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("BERTH_BINARY", str(ROOT / ".build/debug/berth"))
ARTIFACTS = pathlib.Path(os.environ.get("BERTH_ARTIFACTS", "artifacts"))


class Site:
    """One site; ``everywhere`` has all of this run."""

    everywhere = []

    def __init__(self, people, channel, folder, name="e2e", extra=""):
        self.people, self.channel, self.folder, self.name, self.extra = people, channel, folder, name, extra
        self.service = f"berth-{name}"
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.state = pathlib.Path(f"/var/lib/berth-{name}")
        self.runtime = pathlib.Path(f"/run/berth-{name}")
        self.front = self.runtime / "gateway" / "front.sock"
        self.configuration = folder / "berth.yaml"
        self.log = ARTIFACTS / "logs" / f"berth-{name}.log"
        self.process = None
        self.awaited = []
        # More of them, as YAML.
        self.profiles = ""
        Site.everywhere.append(self)

    def __enter__(self):
        self.clear()
        self.write_certificate()
        self.write_pam_service()
        self.write_configuration()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.keep_audit()
        self.clear()

    # What Berth reads.

    def write_certificate(self):
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "7", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", str(self.key), "-out", str(self.certificate))
        # The gateway is nobody in particular and has to reach them.
        shutil.chown(self.key, group="berth")
        self.key.chmod(0o640)
        for parent in [self.folder, *self.folder.parents]:
            if parent != pathlib.Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)

    def write_pam_service(self):
        users = self.folder / "oath"
        users.write_text(f"HOTP/T30 {self.people.otto.name} - {People.OTP_SECRET}\n")
        users.chmod(0o600)
        pathlib.Path(f"/etc/pam.d/{self.service}").write_text(
            "auth requisite pam_unix.so\n"
            f"auth [success=1 default=ignore] pam_succeed_if.so quiet user notingroup {People.OTP_GROUP}\n"
            f"auth requisite pam_oath.so usersfile={users} window=20 digits=6\n"
            "auth required pam_permit.so\n"
            "account required pam_unix.so\n"
            "password required pam_unix.so yescrypt\n"
            "session required pam_unix.so\n"
        )

    def write_configuration(self):
        # What this host needs to reach PyPI, its containers need too.
        mounts = json.dumps([{"source": path, "target": path, "read_only": True}
                             for path in ("/etc/ssl/certs", "/etc/pip.conf") if os.path.exists(path)])
        self.configuration.write_text(f"""\
state: {self.state}
runtime: {self.runtime}
static: {ROOT}/static
gateway:
  public_url: {self.url}
  listen: ["https://127.0.0.1:{self.port}", "unix:{self.front}"]
  front_ends: [root, www-data]
  tls: {{certificate: {self.certificate}, key: {self.key}}}
login:
  service: {self.service}
  failure_delay: 500ms
  admin_groups: [{People.ADMIN_GROUP}]
images:
  allowed: ["berth/*"]
profiles:
  - name: cpu
    title: CPU
    image: berth/trial:1
    memory: 2g
    shared_memory: 256m
  - name: absent
    title: An image that is not there
    image: berth/absent:1
    groups: [{People.ABSENT_GROUP}]
{self.profiles}engine:
  network: berth-{self.name}
environments:
  git_private_addresses: true
  # Where the local channel is served.
  pip_hosts: ["{urllib.parse.urlsplit(self.channel).netloc}"]
  mounts: {mounts}
shared: {mounts}
{self.extra}""")

    def recipe(self, name="work", dependencies=("berth-hello",), pip=("humanize==4.11.0",)):
        """A recipe that the local channel can serve."""
        lines = [f"name: {name}", f"channels: [{self.channel}, nodefaults]", "dependencies:",
                 "  - python=3.11", "  - jupyterlab"]
        lines += [f"  - {dependency}" for dependency in dependencies]
        if pip:
            lines += ["  - pip", "  - pip:"] + [f"      - {requirement}" for requirement in pip]
        lines += ["variables:", "  BERTH_E2E: from the recipe"]
        return "\n".join(lines) + "\n"

    # Its life.

    def start(self):
        """Starts Berth and waits for it to say that it is open."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [BINARY, "run", "--config", str(self.configuration)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        opened = threading.Event()
        thread = threading.Thread(target=self._read, args=(self.process, opened), daemon=True)
        thread.start()
        if not opened.wait(60) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"Berth did not open; its log: {self.log}\n{self.log.read_text()[-3000:]}")

    def _read(self, process, opened):
        with self.log.open("a") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                for text, said in self.awaited:
                    if text in line:
                        said.set()
                if "Berth is open" in line:
                    opened.set()
        opened.set()

    @contextlib.contextmanager
    def awaiting(self, text, seconds=60):
        """Waits at the end of the block until Berth has said `text` since its beginning."""
        awaited = (text, threading.Event())
        self.awaited.append(awaited)
        try:
            yield
            assert awaited[1].wait(seconds), f"Berth did not say “{text}”; its log: {self.log}"
        finally:
            self.awaited.remove(awaited)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def clear(self):
        """Removes what an earlier run left, containers included."""
        left = run("docker", "ps", "--all", "--quiet", "--filter",
                   f"label=org.berth.installation={self.state}").split()
        if left:
            run("docker", "rm", "--force", *left)
        volumes = run("docker", "volume", "ls", "--quiet", "--filter", f"label=org.berth.installation={self.state}").split()
        if volumes:
            run("docker", "volume", "rm", *volumes)
        for keeper in self.runtime.glob("logins/*.sock"):
            end_listener(keeper)
        pathlib.Path(f"/etc/pam.d/{self.service}").unlink(missing_ok=True)
        for folder in (self.state, self.runtime):
            shutil.rmtree(folder, ignore_errors=True)

    def keep_audit(self):
        """Keeps the audit log among the build's artefacts; returns where."""
        kept = ARTIFACTS / "logs" / f"audit-{self.name}.log"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("".join(part.read_text() for part in sorted(self.state.glob("gateway/audit*")) if part.is_file()))
        return kept

    def written(self):
        """Everything that this site has written down, file by file."""
        audit = self.keep_audit() if self.state.exists() else ARTIFACTS / "logs" / f"audit-{self.name}.log"
        return [path for path in (self.log, audit) if path.exists()]

    def child(self, subcommand):
        """The process of one half, by its subcommand."""
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError, IndexError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                if words[1] == subcommand.encode() and parent == str(self.process.pid):
                    return int(entry.name)
        raise RuntimeError(f"no {subcommand} runs")

    # What people and scripts do.

    def berth(self, *arguments, check=True):
        finished = subprocess.run(
            [BINARY, *arguments, "--config", str(self.configuration)], text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and finished.returncode != 0:
            raise AssertionError(f"berth {' '.join(arguments)} ended with {finished.returncode}:\n{finished.stdout}")
        return finished.stdout

    def container(self, person):
        """The running container of a person's server."""
        found = run("docker", "ps", "--quiet", "--filter", f"label=org.berth.owner={person.name}",
                    "--filter", f"label=org.berth.installation={self.state}").split()
        assert len(found) == 1, f"{person.name} has {len(found)} containers"
        for variable in json.loads(run("docker", "inspect", "--format", "{{json .Config.Env}}", found[0])):
            name, value = variable.split("=", 1)
            if name in ("BERTH_SECRET", "JUPYTERHUB_API_TOKEN"):
                confidential.note("server's secret", value)
        return found[0]

    def log_in(self, page, person, then="/hub/home"):
        confidential.follow(page)
        page.goto(f"{self.url}/hub/login?next={then}")
        page.get_by_label("Account").fill(person.name)
        page.get_by_label("Password").fill(person.password)
        with page.expect_navigation(wait_until="commit"):
            page.keyboard.press("Enter")

    def request(self, method, path, headers=None, body=None):
        """One request without a browser; the response with its body read."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=60)
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    def token(self, person, **wanted):
        """An API token, made as VS Code's extension makes one: by name and password, as plain text."""
        answer = self.request("POST", f"/hub/api/users/{person.name}/tokens", {"Content-Type": "text/plain;charset=UTF-8"}, json.dumps(
            {"auth": {"username": person.name, "password": person.password}, "note": "end to end", **wanted}))
        assert answer.status == 201, answer.body
        return confidential.note("token", json.loads(answer.body)["token"])

    def api(self, method, path, token, body=None):
        """A request to the hub's API; the answer's JSON is its `value`."""
        answer = self.request(method, "/hub/api" + path, {"Authorization": f"token {token}"}, None if body is None else json.dumps(body))
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        answer.value = json.loads(answer.body) if is_json and answer.body else None
        return answer

    @contextlib.contextmanager
    def unfinished_request(self, method, path, headers):
        """A request whose body does not come: the gateway's connection to the server is taken by it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=60)
        connection.putrequest(method, path)
        for name, value in {**headers, "Content-Length": "1"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        yield
        connection.close()

    @contextlib.contextmanager
    def unfinished_answer(self, method, path, headers):
        """A response that is not read to its end: the connection then closes."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=60)
        connection.request(method, path, headers=headers)
        yield connection.getresponse()
        connection.close()


def end_listener(path):
    """Ends the process that listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
        connection.connect(str(path))
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        os.kill(struct.unpack("3i", credentials)[0], signal.SIGTERM)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
