"""Passes connections on to the engine's socket, until it is killed; says "ready" once it listens."""
import os
import socket
import sys
import threading

front, back = sys.argv[1:]


def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


if os.path.exists(front):
    os.unlink(front)
listener = socket.socket(socket.AF_UNIX)
listener.bind(front)
listener.listen(16)
os.write(1, b"ready\n")
while True:
    client, _ = listener.accept()
    engine = socket.socket(socket.AF_UNIX)
    engine.connect(back)
    for pair in ((client, engine), (engine, client)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
