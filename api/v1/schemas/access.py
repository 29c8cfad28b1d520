"""Bodies: accounts and tokens."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from api.http.fields import CODE, Choice, Formed, Several, Text
from api.v1.schemas.parts import TITLE, Undated, says
from domain.vocabulary import ROLES

WHOLE_DAY = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
MOST_ORGANISATIONS = 50


class WholeDay(fields.String):
    """A day, no less precise."""

    def __init__(self, *, metadata: dict[str, Any], **options: Any) -> None:
        formed = {"format": "date", "pattern": WHOLE_DAY, "examples": ["2027-01-31"]}
        super().__init__(metadata=formed | metadata, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *args, **options)
        if not re.fullmatch(WHOLE_DAY, text):
            raise ValidationError("La forme attendue est celle de « 2027-01-31 ».")
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError("Ce jour n'existe pas dans le calendrier.") from error


def organisations(words: str, **options: Any) -> Several:
    """Partner codes."""
    return Several(Formed(CODE, "anru"), MOST_ORGANISATIONS, metadata=says(words), **options)


class OpenAccount(Undated):
    name = Text(
        TITLE,
        required=True,
        metadata=says("Of the person or the program. Kept apart from the record, where it can be erased."),
    )
    role = Choice(ROLES, required=True, metadata=says("In which role its tokens speak."))
    organisations = organisations("Partner codes: those that it speaks for.", required=True)


class ChangeAccount(Undated):
    role = Choice(ROLES, metadata=says("The new role; the present one where it is left out."))
    organisations = organisations("Partner codes: all that it speaks for from now on; unchanged where left out.")


class CloseAccount(Undated):
    pass


class GrantToken(Undated):
    organisations = organisations("Partner codes, among those of the account; all of them where it is left out.")
    expires_on = WholeDay(
        allow_none=True, metadata=says("The last day on which it works, in Europe/Paris. No end where it is left out.")
    )


class RevokeToken(Undated):
    pass
