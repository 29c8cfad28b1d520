"""Looking back over the record of a country: what the answers at a date cost, beside those of the present.

The whole of an answer as it is read from PostgreSQL, without a web server around it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from flask import Flask

from api.app import create_app
from api.run import tokens
from api.run.settings import read_settings
from api.run.web import services
from api.run.wiring import open_ledger, prepare
from benchmarks import Figure
from benchmarks.reads import asked

TURNS = 7

# Half way through the ten years of the record.
MOMENTS: Final = {
    "as known then": "as_known_on=2020-06-30",
    "as true then": "as_true_on=2020-06-30",
    "both": "as_known_on=2020-06-30&as_true_on=2018-12-31",
}
READS: Final = {
    "operation": "/v1/operations/OP-1",
    "timeline": "/v1/operations/OP-1/timeline",
    "partner that funds everything": "/v1/partners/p-1/commitments",
    "another partner": "/v1/partners/p-2/commitments",
    "portfolio, first page with sums": "/v1/operations",
    "portfolio of a commune": "/v1/operations?commune=59606",
    "territory": "/v1/territory",
}


def measure_dated(servers: Any) -> Iterator[Figure]:
    """Answers of the present per dated one, with the milliseconds of both. The projections must have been built."""
    url = servers.database_url
    settings = read_settings({"DATABASE_URL": url, "REDIS_URL": servers.redis_url, "JALON_RATE_LIMIT": "off"})
    prepare(settings, url)
    with open_ledger(settings, url) as ledger:
        bearer = tokens.create(ledger, url, name="Banc", role="team", organisations=(settings.authority,))
    prepare(settings, url)
    # What lies ready would answer for the present.
    made = replace(services(settings, url), shelf=None)
    app = create_app(made)
    for what, path in READS.items():
        now = milliseconds(app, path, bearer)
        for moment, query in MOMENTS.items():
            then = milliseconds(app, f"{path}{'&' if '?' in path else '?'}{query}", bearer)
            yield Figure(f"{what}: present ({now:.1f} ms) per {moment} ({then:.1f} ms)", now / then, 0)
    made.waiting.stop()
    made.reads.close()


def milliseconds(app: Flask, path: str, bearer: str) -> float:
    """Of one answer, the median of some; the first one warms up."""
    taken = []
    for _ in range(TURNS + 1):
        began = time.perf_counter()
        asked(app, path, HTTP_AUTHORIZATION=f"Bearer {bearer}")
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[1:])
