"""solve: specs and channels to exact packages."""

from datetime import datetime

import rattler

from channels import ChannelGateway
from records import hexadecimal, listed, refuse_unattested, refuse_unhashed, virtual_packages
from telling import Failure, one_line, progress, tell


async def solve(request):
    specs = []
    for index, text in enumerate(request["specs"]):
        try:
            specs.append(rattler.MatchSpec(text))
        except Exception as error:
            raise Failure("spec", one_line(error), spec=index) from None
    progress("solving", "Solving for 1 package" if len(specs) == 1 else "Solving for {1} packages", len(specs))
    gateway = ChannelGateway(request)
    platforms = [request["platform"], "noarch"]
    system = virtual_packages(request["virtualPackages"], request["detect"])
    priority = getattr(rattler.ChannelPriority, request["channelPriority"].capitalize())
    cut_off = datetime.fromisoformat(request["cutOff"]) if request.get("cutOff") else None

    async def attempt(specs):
        """The packages, or None and the solver's report."""
        try:
            return await gateway.solve(
                sources=request["channels"], specs=specs, platforms=platforms, virtual_packages=system, exclude_newer=cut_off,
                channel_priority=priority), None
        except Exception as error:
            kind = type(error).__name__
            if kind == "SolverError":
                return None, str(error).removeprefix("Cannot solve the request because of: ").strip()
            if kind == "GatewayError":
                raise await gateway.unreadable(request["channels"], platforms, error) from None
            raise

    async def reason(specs):
        return (await attempt(specs))[1]

    records, report = await attempt(specs)
    if records is None:
        import conflict

        progress("solving", "Looking for the lines that don't fit together")
        found = await conflict.find(specs, report, reason, gateway, request["channels"], platforms, suggest=request["detect"])
        raise Failure("unsolvable", "The packages don't fit together", found["report"], conflict=found)
    records = await proved(gateway, request["platform"], records)
    refuse_unhashed([record.name.normalized for record in records if not record.sha256])
    await refuse_unattested(request, records)
    for record in records:
        tell(package=listed(record))
    if request.get("lookFor"):
        known = {name.normalized for name in await gateway.names(request["channels"], platforms)}
        tell(known=[name for name in request["lookFor"] if name in known])


async def proved(gateway, platform, records):
    """What a line names by its address the solver takes as it is; the digest is what the channel's index says of that file."""
    items = [listed(record) for record in records if not record.sha256]
    if not items:
        return records
    from describing import is_same, records_of

    known = await records_of(gateway, platform, items)
    other = [item["url"] for item in items if item["url"] in known and is_same(item, None, hexadecimal(known[item["url"]].md5)) is False]
    if other:
        raise Failure("replaced", "A package has another content than its line says", other)
    return [record if record.sha256 else known.get(record.url, record) for record in records]
