"""Which of a recipe's specs already can't be met together: the fewest, and what the channels have in their place."""

import difflib
import re
import time

# Solving again and again stops here; what is left then is a conflict, if not the smallest.
SECONDS = 60


async def find(specs, report, attempt, gateway, channels, platforms, suggest):
    """`attempt` solves some of the specs, and gives None where that works, else the solver's report. `suggest`: whether
    to look for names like one that is missing; on a foreign platform the name is most often right."""
    kept, report = await least(specs, report, attempt)
    names = missing(report)
    available, similar = {}, {}
    for name in names[:5]:
        available[name] = await versions(gateway, channels, platforms, name)
        if suggest and not available[name]:
            known = [found.normalized for found in await gateway.names(channels, platforms)]
            similar[name] = difflib.get_close_matches(name, known, n=3, cutoff=0.75)
    return {"specs": kept, "report": report.splitlines(), "available": available, "similar": similar}


async def least(specs, report, attempt):
    """The indices of the fewest specs that still fail, and the report about them."""
    end = time.monotonic() + SECONDS
    kept = list(range(len(specs)))
    # Most often the report names all that matters.
    named = [index for index in kept if re.search(rf"(^|[\s─]){re.escape(name_of(specs[index]))}\s", report)]
    if named and len(named) < len(kept):
        again = await attempt([specs[index] for index in named])
        if again is not None:
            kept, report = named, again
    for index in list(kept):
        if len(kept) == 1 or time.monotonic() > end:
            break
        rest = [other for other in kept if other != index]
        again = await attempt([specs[other] for other in rest])
        if again is not None:
            kept, report = rest, again
    return kept, report


def name_of(spec):
    return spec.name.normalized if spec.name else ""


def missing(report):
    """The packages that no channel has, or not in the version that is asked for; the host's own (`__cuda`) aside."""
    found = re.findall(r"No candidates were found for (\S+)", report)
    found += re.findall(r"─ (\S+)[^\n]*, for which no candidates were found", report)
    return [name for name in dict.fromkeys(found) if not name.startswith("__")]


async def versions(gateway, channels, platforms, name):
    """The newest first."""
    groups = await gateway.query(channels, platforms, [name], recursive=False)
    found = {record.version for group in groups for record in group}
    return [str(version) for version in sorted(found, reverse=True)[:8]]
