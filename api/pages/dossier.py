"""What the page of an operation tells besides its document: each part asked for when it is needed, and once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import gettext

from api.pages import changed, formats
from api.pages.changed import Said
from api.pages.gantt import gantt
from api.pages.history import history
from api.pages.language import spoken
from api.pages.nav import partner_name
from api.pages.steps import Step, known, steps
from api.pages.visit import Document, Visit
from api.v1 import changes, timeline


@dataclass
class Dossier:
    """One operation in front of one reader. told: its document."""

    visit: Visit
    reference: str
    told: Document

    @property
    def shown(self) -> dict[str, Any]:
        """What the template needs."""
        by_version = {each["version"]: each["changes"] for each in self.every["entries"]}
        return {
            "steps": self.steps,
            "chart": gantt(self.steps, self.day, gettext("Travaux, du démarrage à la livraison")),
            "day": self.day,
            "history": history(self.entries, by_version, self.names, self.visit.sent),
            "last": max(self.entries, key=lambda each: int(each["version"]), default=None),
            "difference": self.difference,
            "said": self.said,
            "missing": changed.MISSING,
            "said_of": self.said_of,
            "reads_of": self.reads_of,
        }

    @cached_property
    def entries(self) -> Sequence[Document]:
        """The timeline, in the order in which things happened."""
        entries: Sequence[Document] = self.visit.ask(timeline.timeline, reference=self.reference)["entries"]
        return entries

    @cached_property
    def every(self) -> Document:
        """The changes of the whole record, up to the moment that the page speaks of."""
        return self._changes(None, self.known_at)

    @cached_property
    def difference(self) -> Document | None:
        """What changed between the two moments that are asked for, else since the last statement, if there is one."""
        since, until = self.visit.sent.get("since"), self.visit.sent.get("until")
        if since is None and until is None:
            last = self.visit.last_statement(self.every["until"]["position"])
            if last is None:
                return None
            since = last["code"]
        return self._changes(since, until or self.known_at)

    def _changes(self, since: str | None, until: str | None) -> Document:
        asked = {"since": since, "until": until}
        return self.visit.ask_with(changes.operation_changes, asked, reference=self.reference)

    @property
    def said(self) -> list[Said]:
        """That difference in words."""
        return changed.said(self.difference["changes"], self.names) if self.difference else []

    @property
    def known_at(self) -> str | None:
        """The statement or the day whose knowledge the page speaks of; None: the present one."""
        return self.visit.sent.get("statement") or self.visit.sent.get("as_known_on")

    @cached_property
    def steps(self) -> list[Step]:
        """The calendar."""
        return steps(self.told, self.day)

    @cached_property
    def day(self) -> date:
        """The day that the page speaks of: what is promised for an earlier one is late."""
        told, today = self.told, self.visit.today
        stated = next((each["on"] for each in self.visit.stated if each["code"] == told["statement"]), None)
        asked: date | None = told["as_true_on"] or told["as_known_on"] or (known(stated).latest if stated else None)
        day: date = min(asked or today, today)
        return day

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """What its lines and milestones are called."""
        lines = {
            ("lines", each["line"]): f"{each['line']} ({partner_name(each['partner'])})" for each in self.told["lines"]
        }
        return lines | {("milestones", each["code"]): each["label"] for each in self.told["milestones"]}

    def said_of(self, asked: str) -> str:
        """A day, or what people call a statement."""
        return dict(self.visit.statements).get(asked) or formats.partial(asked, spoken())

    def reads_of(self, code: str) -> bool:
        """Whether the reader may open a partner's page."""
        reader = self.visit.reader
        return reader.role != "partner" or code in reader.organisations
