#!/bin/sh
""":"
# The archive's own Python, where it has one.
python=$(dirname "$0")/python
[ -x "$python" ] || python=python3
exec "$python" -I -B "$0" "$@"
":"""

# Puts this directory's path where the environment's first path stands in its files. Run it once, where the
# archive was unpacked: bin/conda-unpack

import os
import re
import sys

LIST = b"conda-meta/berth-relocations"
# Of the first line of a script; a longer one is cut by Linux before 5.1.
LONGEST_SHEBANG = 127


class Problem(Exception):
    """What a person should read."""


def main():
    prefix = os.path.dirname(os.path.dirname(os.path.abspath(os.fsencode(__file__))))
    path = os.path.join(prefix, LIST)
    try:
        with open(path, "rb") as file:
            fields = file.read().split(b"\0")
    except FileNotFoundError:
        raise Problem("There is nothing left to do. For another place unpack the archive there.") from None
    old, rest = fields[0], fields[1:-1]
    files = list(zip(rest[1::2], rest[0::2]))
    if len(prefix) > len(old):
        # Nothing is written before it is known that all of it can be.
        for name, form in files:
            relocated(prefix, name, form, old)
    for name, form in files:
        replace(os.path.join(prefix, name), relocated(prefix, name, form, old))
    os.remove(path)
    print(f"The environment now is at home in {os.fsdecode(prefix)}: {len(files)} files name it.")


def relocated(prefix, name, form, old):
    with open(os.path.join(prefix, name), "rb") as file:
        content = file.read()
    if form == b"text":
        return in_text(content, old, prefix)
    return in_binary(content, old, prefix, int(form), name)


def in_text(content, old, new):
    first, end, rest = content.partition(b"\n")
    interpreter = re.match(rb"#![ \t]*" + re.escape(old) + rb"/([^ \t]+)[ \t]*(.*)", first)
    if interpreter:
        first = shebang(new + b"/" + interpreter[1], interpreter[2])
    return first.replace(old, new) + end + rest.replace(old, new)


def shebang(program, arguments):
    line = b"#!" + program + (b" " + arguments if arguments else b"")
    if len(line) <= LONGEST_SHEBANG and b" " not in program and b"\t" not in program:
        return line
    name = os.path.basename(program)
    if name.startswith(b"python"):
        # Read by sh it starts the interpreter, and read by Python it is a text.
        words = b'"' + re.sub(rb'([\\$`"])', rb"\\\1", program) + b'"' + (b" " + arguments if arguments else b"")
        return b"#!/bin/sh\n'''exec' " + words + b' "$0" "$@"\n' + b"' '''"
    return b"#!/usr/bin/env " + name


def in_binary(content, old, new, room, name):
    """Texts that end with a zero byte, which keep their length: what follows them has its place."""
    parts, done = [], 0
    for text in re.finditer(re.escape(old) + rb"[^\0]*", content):
        # The installer had put this path in the place of a longer one, and zeros for the rest.
        free = text[0].count(old) * (room - len(old))
        end = text.end() + free
        if free < 0 or content[text.end():end].strip(b"\0") or end > len(content):
            end = text.end()
        value = text[0].replace(old, new)
        if len(value) > end - text.start():
            most = len(new) - (len(value) - (end - text.start())) // max(text[0].count(old), 1)
            raise Problem(
                f"The path of this directory is too long: {os.fsdecode(name)} has room for about {most} bytes, and it has {len(new)}. "
                "Nothing was changed; unpack the archive in a directory with a shorter path.")
        parts += [content[done:text.start()], value, bytes(end - text.start() - len(value))]
        done = end
    return b"".join(parts + [content[done:]])


def replace(path, content):
    part = path + b".part"
    with open(part, "wb") as file:
        file.write(content)
    os.chmod(part, os.stat(path).st_mode & 0o7777)
    os.replace(part, path)


try:
    main()
except (Problem, OSError) as problem:
    print(f"conda-unpack: {problem}", file=sys.stderr)
    sys.exit(1)
