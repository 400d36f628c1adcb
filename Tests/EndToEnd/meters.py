"""What `/hub/metrics` says, read as Prometheus reads it."""
import re

SERIES = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')


class Meters:
    """One scrape."""

    def __init__(self, site):
        answer = site.request("GET", "/hub/metrics")
        assert answer.status == 200, answer.status
        self.series, self.labels = {}, {}
        for line in answer.body.decode().splitlines():
            if line.startswith("#"):
                continue
            name, labels, value = SERIES.match(line).groups()
            labels = dict(re.findall(r'(\w+)="([^"]*)"', labels or ""))
            self.series.setdefault(name, []).append((labels, float(value)))
            self.labels.setdefault(name, set()).update(labels)

    def sum(self, name, **labels):
        """All series of a name that have these labels, together."""
        return sum(value for found, value in self.series.get(name, []) if labels.items() <= found.items())
