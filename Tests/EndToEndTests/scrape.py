"""Metrics as a scraper reads them, with the parser of the official Python client."""

import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from processes import eventually


class Scrape:
    """One answer of GET /metrics."""

    def __init__(self, base: str, **fields: str):
        request = urllib.request.Request(base + "/metrics", headers=fields)
        with urllib.request.urlopen(request, timeout=10) as response:
            self.type = response.headers["content-type"]
            self.text = response.read().decode()
        self.families = {family.name: family for family in text_string_to_metric_families(self.text)}

    def value(self, name: str, **labels: str) -> float:
        """The sum of all samples of this name that have these labels."""
        return sum(
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


def grows(base: str, before: Scrape, by: float, name: str, **labels: str) -> Scrape:
    """Waits until a value is so much more than it was."""

    def look() -> Scrape | None:
        now = Scrape(base)
        return now if now.value(name, **labels) - before.value(name, **labels) >= by else None

    return eventually(look, 10, f"{name} {labels} grows by {by}")
