"""Outlines of the member communes, for maps: IGN Admin Express 2018, Licence Ouverte. Not for measuring areas."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

ATTRIBUTION = "IGN – Admin Express 2018"
"""To be shown on every map."""

VINTAGE = 2018
"""The year of the boundaries."""


@cache
def contours() -> dict[str, list[Any]]:
    """INSEE code to the rings of a polygon: lists of [longitude, latitude], first the outer ring, clockwise as carried.

    RFC 7946 wants counter-clockwise: turn them round when exporting. Neighbours have none. Shared by all callers.
    """
    found = json.loads(files("domain.reference").joinpath("communes.geojson").read_bytes())
    return {feature["properties"]["code"]: feature["geometry"]["coordinates"] for feature in found["features"]}
