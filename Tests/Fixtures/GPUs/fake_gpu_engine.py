"""A socket that leads to the real engine and fakes what the NVIDIA container toolkit does: an engine
without it refuses every request for GPUs, so the requests are taken out on the way and noted.

    fake_gpu_engine.py SOCKET NOTES [ENGINE]

NOTES gets one line of JSON for each container that was asked for: {"labels": …, "devices": …}.
"""
import json
import os
import socket
import sys
import threading

LISTEN, NOTES = sys.argv[1:3]
ENGINE = sys.argv[3] if len(sys.argv) > 3 else "/var/run/docker.sock"


def note(body):
    container = json.loads(body)
    devices = container.get("HostConfig", {}).pop("DeviceRequests", None)
    with open(NOTES, "a") as notes:
        notes.write(json.dumps({"labels": container.get("Labels"), "devices": devices}) + "\n")
    return json.dumps(container).encode()


def requests(client, engine):
    """Forwards one request after the other; what follows an upgrade goes as it is."""
    reader = client.makefile("rb")
    while head := reader.readline():
        fields = []
        while (line := reader.readline()) not in (b"\r\n", b"\n", b""):
            fields.append(line)
        length = next((int(f.split(b":")[1]) for f in fields if f.lower().startswith(b"content-length:")), 0)
        body = reader.read(length)
        if b"/containers/create" in head:
            body = note(body)
            fields = [f for f in fields if not f.lower().startswith(b"content-length:")]
            fields.append(b"Content-Length: %d\r\n" % len(body))
        engine.sendall(head + b"".join(fields) + b"\r\n" + body)
    engine.shutdown(socket.SHUT_WR)


def answers(engine, client):
    while data := engine.recv(1 << 16):
        client.sendall(data)
    client.shutdown(socket.SHUT_RDWR)


def quietly(work, *arguments):
    try:
        work(*arguments)
    except OSError:
        pass


def serve(client):
    engine = socket.socket(socket.AF_UNIX)
    engine.connect(ENGINE)
    threading.Thread(target=quietly, args=(answers, engine, client), daemon=True).start()
    quietly(requests, client, engine)


if os.path.exists(LISTEN):
    os.unlink(LISTEN)
listener = socket.socket(socket.AF_UNIX)
listener.bind(LISTEN)
listener.listen(64)
print("ready", flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
