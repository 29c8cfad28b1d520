"""From what people type into a form to the body of a command: the schema says what each field is to become.

What cannot be read is passed on as it was typed, so that the schema itself says what is wrong with it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from api.http.fields import Cents, Count, Day, Flag, OneOf

SPACES: Final = re.compile(r"[\s\u00a0\u202f]")
AMOUNT: Final = re.compile(r"(-?[0-9]{1,15})(?:[.,]([0-9]{1,2}))?€?")
WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
FRENCH_DAY: Final = re.compile(r"(?:(?:([0-9]{1,2})/)?([0-9]{1,2})/)?([0-9]{4})")
MOST_ROWS: Final = 100
"""Rows of a list that a form can have; commands take fewer."""


def body(schema: Schema, form: MultiDict[str, str], path: str = "") -> dict[str, Any]:
    """The body of a command. Names are dotted, `schedule.0.year`; what was left blank is left out.

    Fields that the schema does not know are passed on, so that they are refused by name.
    """
    found: dict[str, Any] = {}
    for name, each in schema.fields.items():
        value = of(each, form, f"{path}{name}")
        # What has to be said, and may be null, is said by leaving it blank.
        if value is not None or (each.required and each.allow_none and not path):
            found[name] = value
    below = {name: name.removeprefix(path) for name in form if name.startswith(path)}
    return found | {name: form[sent] for sent, name in below.items() if name.partition(".")[0] not in schema.fields}


def of(field: fields.Field[Any], form: MultiDict[str, str], name: str) -> Any:
    """The value of one field; None where nothing was typed."""
    if isinstance(field, fields.List):
        return listed(field, form, name)
    if isinstance(field, fields.Nested):
        return body(field.schema, form, f"{name}.") or None
    if isinstance(field, OneOf):
        part = field.parts.get(form.get(f"{name}.kind", ""))
        return body(part(), form, f"{name}.") if part else None
    typed = form.get(name, "").strip()
    return read(field, typed) if typed else None


def listed(field: fields.List[Any], form: MultiDict[str, str], name: str) -> list[Any] | None:
    """The values of a list: fields of one name, or rows of fields; blank rows at the end are left out.

    A blank row between others stays, so that errors are told beside the row that they are about.
    """
    if not isinstance(field.inner, (fields.Nested, OneOf)):
        return [read(field.inner, typed) for each in form.getlist(name) for typed in several(each)] or None
    rows = {int(found[1]) for each in form if (found := re.match(rf"{re.escape(name)}\.([0-9]{{1,2}})\.", each))}
    filled = [of(field.inner, form, f"{name}.{row}") for row in range(min(max(rows, default=-1) + 1, MOST_ROWS))]
    while filled and filled[-1] is None:
        filled.pop()
    return [each or {} for each in filled] or None


def several(typed: str) -> list[str]:
    """Codes or counts that somebody typed into one input, parted by `;` or `,`."""
    return [part.strip() for part in re.split("[;,]", typed) if part.strip()]


def read(field: fields.Field[Any], typed: str) -> Any:
    """One value as JSON has it."""
    if isinstance(field, Cents):
        return cents(typed)
    if isinstance(field, Count):
        digits = SPACES.sub("", typed)
        return int(digits) if WHOLE.fullmatch(digits) else typed
    if isinstance(field, Flag):
        return {"true": True, "false": False}.get(typed, typed)
    return day(typed) if isinstance(field, Day) else typed


def cents(typed: str) -> int | str:
    """An amount in euros, as French people write it: `1 234 567,50`."""
    found = AMOUNT.fullmatch(SPACES.sub("", typed))
    if not found:
        return typed
    whole, rest = found.groups("")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int(rest.ljust(2, "0")))


def day(typed: str) -> str:
    """A date, also as French people write it: `20/11/2008`, `11/2008`, `2008`."""
    found = FRENCH_DAY.fullmatch(typed)
    return "-".join(part.zfill(2) for part in reversed(found.groups()) if part) if found else typed


def shown(field: fields.Field[Any], value: Any) -> str:
    """A value that the record has, as somebody would type it."""
    if value is None:
        return ""
    if isinstance(field, Cents):
        # Parted by what the reader above takes out again.
        return f"{value // 100:,}".replace(",", "\u202f") + f",{value % 100:02}".removesuffix(",00")
    return str(value).lower() if isinstance(value, bool) else str(value)
