"""Refusals: agreements."""

from domain.errors.base import BrokenRule, Invalid, NotFound


class UnknownAgreement(NotFound):
    code = "unknown-agreement"
    sentence = "Aucune convention ne porte la référence {reference}."


class UnknownFrame(Invalid):
    code = "unknown-frame"
    sentence = "Aucune convention ne porte la référence {reference}."


class AlreadySigned(BrokenRule):
    code = "already-signed"
    sentence = "La convention {reference} est déjà signée ({since})."
