"""The channels of a request, as rattler reads them."""

import re

import rattler

from telling import Failure


class ChannelGateway:
    """Reads channels, their index in shards where a channel has them.

    Some servers say "304 Not Modified" without the date that they were asked about, as HTTP lets them (RFC 9110, 15.4.5),
    Python's own among them. rattler takes that for a failure where the index is in shards (conda/rattler#2719), and
    understands it where the index is in one piece: from then on this reads that one.
    """

    def __init__(self, request):
        self.request = request
        self.gateway = self.reading()

    def reading(self, **more):
        # A channel without HTTP/2 gets a connection for each request that is under way.
        return rattler.Gateway(
            cache_dir=self.request["repodata"], max_concurrent_requests=24, default_config=rattler.SourceConfig(**more))

    async def solve(self, **arguments):
        return await self.read(lambda gateway: rattler.solve(gateway=gateway, **arguments))

    async def query(self, *arguments, **more):
        return await self.read(lambda gateway: gateway.query(*arguments, **more))

    async def names(self, *arguments):
        return await self.read(lambda gateway: gateway.names(*arguments))

    async def read(self, use):
        try:
            return await use(self.gateway)
        except Exception as error:
            if type(error).__name__ != "GatewayError" or "(304 Not Modified)" not in str(error):
                raise
        self.gateway = self.reading(sharded_enabled=False)
        return await use(self.gateway)

    async def unreadable(self, channels, platforms, error):
        """Which of the channels `error` is about: asked for all of them, the solver doesn't say."""
        for channel in channels:
            try:
                await self.query([channel], platforms, ["python"], recursive=False, channel_relations="disabled")
            except Exception as own:
                # What every channel has is “noarch”.
                absent = re.search(r"could not find subdir|\b404\b", str(own))
                return Failure(
                    "no-channel" if absent else "channel", "A channel can't be read", str(own).splitlines(), channel=channel)
        return Failure("channel", "A channel can't be read", str(error).splitlines())
