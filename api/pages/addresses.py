"""Addresses on this site: where a reader may be led back to, and the same page with other parameters."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlencode

from flask import request

LOCAL: Final = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f]{0,2000}")


def local(wanted: str | None, otherwise: str = "/") -> str:
    """A page of this site, whatever somebody wrote into a link: browsers take `//` and `/\\` for another site's."""
    return wanted if wanted and LOCAL.fullmatch(wanted) else otherwise


def here() -> str:
    """The page that is being read, where it can be asked for again by a link."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def with_parameters(path: str, sent: dict[str, str], /, **others: Any) -> str:
    """An address with the filters of the present page, some of them replaced; None takes one out."""
    asked = {name: value for name, value in {**sent, **others}.items() if value is not None}
    asked.pop("min_position", None)
    return f"{path}?{urlencode(asked)}" if asked else path
