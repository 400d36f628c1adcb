"""The way out of a container without a network: a port of its loopback that leads to a Unix socket of the host."""

import asyncio
import functools
import socket
import threading


@functools.cache
def start(path):
    """Listens from now on, in a thread of its own; gives the URL for HTTP_PROXY."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=asyncio.run, args=(serve(listener, path),), daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def serve(listener, path):
    async def connected(reader, writer):
        writers = [writer]
        try:
            outer_reader, outer_writer = await asyncio.open_unix_connection(path)
            writers.append(outer_writer)
            async with asyncio.TaskGroup() as both:
                both.create_task(pump(reader, outer_writer))
                both.create_task(pump(outer_reader, writer))
        except* OSError:
            # Whoever asked sees the connection's end.
            pass
        finally:
            for end in writers:
                end.close()

    server = await asyncio.start_server(connected, sock=listener)
    await server.serve_forever()


async def pump(reader, writer):
    while chunk := await reader.read(1 << 16):
        writer.write(chunk)
        await writer.drain()
    writer.write_eof()
