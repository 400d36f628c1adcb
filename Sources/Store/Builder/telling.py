"""What a container says to the store: one JSON object a line on standard output."""

import json
import sys


class Failure(Exception):
    """What a person should read; `code` is what the store decides by."""

    def __init__(self, code, message, lines=(), spec=None, conflict=None, channel=None):
        super().__init__(message)
        self.error = {"code": code, "message": message, "lines": list(lines)[-60:], "spec": spec, "conflict": conflict, "channel": channel}


def tell(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def progress(phase, message, *values, fraction=None):
    """Tells a step: a sentence with {1}, {2}, ... where its values stand, so that it can be translated."""
    tell(progress={"phase": phase, "message": message, "values": [str(value) for value in values], "fraction": fraction})


def one_line(error):
    return " ".join(str(error).split())
