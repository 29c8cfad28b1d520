"""How the values of bodies and parameters are read: strictly, with French words for what is wrong.

marshmallow alone takes "12" for an integer, "on" for true and 12.9 for 12; nothing here does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import msgspec
from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from domain.dates import PartialDate

REFERENCE = r"^[A-Z0-9][A-Z0-9-]{0,63}$"
CODE = r"^[a-z0-9][a-z0-9-]{0,63}$"
ACCOUNT = r"^u-[a-z0-9]{1,32}$"
TOKEN = r"^[a-z0-9]{1,64}$"
LINE = r"^[A-Z][0-9]{1,9}$"
INSEE = r"^([0-9]{2}|2[AB])[0-9]{3}$"
SIREN = r"^[0-9]{9}$"
PARTIAL_DATE = r"^(19|20|21)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"

# What takes no room on the line: soft hyphens, zero-width characters, and those that only turn the writing around.
UNSEEN = r"\s\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
# Control characters, but for tabs and line ends.
CONTROLS = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
LINE_END = re.compile(r"\r\n?")
TEXT = rf"^(?=[^{CONTROLS}]*$)[{UNSEEN}]*[^{UNSEEN}]"

MOST_CENTS = 10**13
"""A hundred billion euros: sums of as many lines as there can ever be still fit a PostgreSQL bigint."""

WORDS = {
    "required": "Ce champ est obligatoire.",
    "null": "Ce champ ne peut pas être nul.",
    "invalid": "Cette valeur n'est pas du type attendu.",
    "type": "Il faut un objet.",
    "unknown": "Champ inconnu.",
    "too_large": "Ce nombre est trop grand.",
}


class Form(Schema):
    """A body, a part of one, or the parameters of an address."""

    class Meta:
        unknown = RAISE

    error_messages: ClassVar[dict[str, str]] = WORDS  # type: ignore[misc]

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Every field speaks French."""
        field_obj.error_messages = {**field_obj.error_messages, **WORDS}
        if isinstance(field_obj, fields.List):
            self.on_bind_field(field_name, field_obj.inner)


class Part(Form):
    """A part of a body that the domain knows as a structure of its own."""

    structure: ClassVar[type[msgspec.Struct]]

    def load(self, data: Any, *, partial: Any = None, **options: Any) -> Any:
        """Whole or not at all, even where the body around it may leave fields out, as a correction does."""
        return super().load(data, partial=False, **options)

    @post_load
    def structured(self, values: Mapping[str, Any], **_: Any) -> msgspec.Struct:
        return self.structure(**values)


class Text(fields.String):
    """A text that says something: never blank, and without control characters, which nobody sees and terminals obey.

    Lines end by a line feed; those that end as forms on the web and Windows end them are read as if they did.
    """

    def __init__(self, longest: int = 4000, **options: Any) -> None:
        long = validate.Length(1, longest, error=f"De 1 à {longest} caractères.")
        # The description of the API can show one pattern: it says both, and each has its own sentence all the same.
        said = validate.Regexp(TEXT, error="Ce texte est vide.")
        super().__init__(validate=[long, said], **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = LINE_END.sub("\n", super()._deserialize(value, *args, **options))
        if re.search(f"[{CONTROLS}]", text):
            raise ValidationError(
                "Ce texte contient un caractère de commande autre qu'une tabulation ou un saut de ligne."
            )
        return text


class Formed(fields.String):
    """A text of a given form. example: what the form looks like, for the message."""

    def __init__(self, pattern: str, example: str, **options: Any) -> None:
        # `$` would let a final line feed through.
        formed = validate.Regexp(re.compile(pattern), error=f"La forme attendue est celle de « {example} ».")
        super().__init__(validate=formed, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *args, **options)
        if text.endswith("\n"):
            raise self.make_error("invalid")
        return text


class Choice(fields.String):
    """One of a closed list of codes."""

    def __init__(self, codes: Iterable[str], **options: Any) -> None:
        codes = list(codes)
        super().__init__(validate=validate.OneOf(codes, error=f"Une valeur parmi : {', '.join(codes)}."), **options)


class Day(fields.String):
    """A date as precisely as it is known."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": PARTIAL_DATE, "examples": ["2008-02-14", "2008-02", "2008"]} | options.pop(
            "metadata", {}
        )
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *args, **options)
        try:
            return PartialDate.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Count(fields.Integer):
    """A whole number, written as one."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        between = validate.Range(least, most, error=f"Un nombre entier de {least} à {most}.")
        super().__init__(strict=True, validate=between, **options)


class Cents(Count):
    """An amount in euro cents, greater than zero unless told otherwise."""

    def __init__(self, least: int = 1, **options: Any) -> None:
        super().__init__(least, MOST_CENTS, **options)


class Flag(fields.Boolean):
    """true or false, nothing that looks like it."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Several(fields.List[Any]):
    """A list of at most so many values; read as a tuple, as facts keep it."""

    def __init__(self, each: fields.Field[Any] | type[fields.Field[Any]], most: int, **options: Any) -> None:
        super().__init__(each, validate=validate.Length(max=most, error=f"Au plus {most} valeurs."), **options)

    def _deserialize(self, *args: Any, **options: Any) -> Any:
        return tuple(super()._deserialize(*args, **options))


class OneOf(fields.Field[Any]):
    """One of several parts, which its `kind` tells apart. parts: the part by its kind."""

    def __init__(self, parts: Mapping[str, type[Part]], **options: Any) -> None:
        super().__init__(**options)
        self.parts = parts

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("type")
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in self.parts:
            raise ValidationError({"kind": [f"Une valeur parmi : {', '.join(self.parts)}."]})
        return self.parts[kind]().load(value)


class Whole(fields.Integer):
    """A whole number in an address: digits only."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        between = validate.Range(least, most, error=f"Un nombre entier de {least} à {most}.")
        super().__init__(validate=between, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if not re.fullmatch("[0-9]{1,19}", value):
            raise self.make_error("invalid")
        return super()._deserialize(value, *args, **options)


class YesOrNo(fields.Boolean):
    """true or false in an address."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if value not in ("true", "false"):
            raise self.make_error("invalid")
        return value == "true"


class Asked(Form):
    """What every reader may ask."""

    min_position = Whole(
        0,
        2**63 - 1,
        metadata={"description": "Wait, up to 1 s, until the answer speaks up to this position; 503 if it does not."},
    )
