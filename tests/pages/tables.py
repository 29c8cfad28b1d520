"""The tables of a page, asked of its HTML."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse


def rows(page: TestResponse, caption: str) -> list[list[str]]:
    """The cells of a table, row by row, its head first. caption: with spaces wherever the page has any kind of them."""
    tables = re.findall(r"<table>(.*?)</table>", page.text, re.DOTALL)
    (table,) = (each for each in tables if clean(each.partition("<thead>")[0]) == caption)
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    return [[clean(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]


def clean(html: str) -> str:
    """What a cell says; spaces as one."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())
