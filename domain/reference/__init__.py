"""Reference lists shipped with the code; SOURCES.md says where each one comes from, and its defects."""

import csv
from functools import cache
from importlib.resources import files
from io import StringIO


@cache
def rows(name: str) -> list[dict[str, str]]:
    """The lines of `<name>.csv` in file order, read once; an empty cell is "".

    The list is shared by all callers: read it, do not change it. Raises FileNotFoundError for an unknown name.
    """
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text), strict=True))
