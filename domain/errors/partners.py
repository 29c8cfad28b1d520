"""Refusals: partners."""

from domain.errors.base import Invalid


class UnknownPartner(Invalid):
    code = "unknown-partner"
    sentence = "Aucun partenaire ne porte le code {partner}."
