"""How a fact is written down: plain JSON, typed from the annotations of its class."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

import msgspec

from domain.dates import UNKNOWN, PartialDate

HEAD = frozenset({"originator_id", "originator_version"})


def _written(value: object) -> str | None:
    if isinstance(value, PartialDate):
        return value.text
    raise NotImplementedError(f"{type(value).__name__} has no written form")


def _read(kind: type, value: Any) -> object:
    if kind is PartialDate:
        if value is None or isinstance(value, str):
            return UNKNOWN if value is None else PartialDate.parse(value)
        raise ValueError("une date s'écrit entre guillemets")
    raise NotImplementedError(f"{kind.__name__} has no written form")


encode: Callable[[object], bytes] = msgspec.json.Encoder(enc_hook=_written).encode


def read_value(value: Any, kind: Any) -> Any:
    """A plain JSON value as the given type. Raises msgspec.ValidationError, ValueError."""
    return msgspec.convert(value, kind, dec_hook=_read)


def plain(value: Any) -> Any:
    """The plain JSON value of a typed one."""
    return msgspec.to_builtins(value, enc_hook=_written)


def as_stored(value: Any) -> Any:
    """The plain JSON value of a typed one, exactly as it will be read back from the ledger."""
    return msgspec.json.decode(encode(value))


@cache
def field_types(cls: type) -> dict[str, Any]:
    """Name to type of everything that is stored of an event of this class."""
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls) if f.name not in HEAD}


@cache
def shape(cls: type) -> type[msgspec.Struct]:
    """The stored form of an event class. Values equal to the default are left out; unknown ones are refused."""
    required, optional = [], []
    for f in fields(cls):
        if f.name in HEAD:
            continue
        kind = field_types(cls)[f.name]
        if f.default is not MISSING:
            optional.append((f.name, kind, f.default))
        elif f.default_factory is not MISSING:
            optional.append((f.name, kind, msgspec.field(default_factory=f.default_factory)))
        else:
            required.append((f.name, kind))
    return msgspec.defstruct(
        cls.__name__, [*required, *optional], omit_defaults=True, forbid_unknown_fields=True, kw_only=True
    )


@cache
def decoder(cls: type) -> Callable[[bytes], msgspec.Struct]:
    """Reads the stored bytes of an event of this class, strictly typed."""
    return msgspec.json.Decoder(shape(cls), dec_hook=_read).decode
