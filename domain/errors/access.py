"""Refusals: access."""

from domain.errors.base import BrokenRule, NotFound


class UnknownToken(NotFound):
    code = "unknown-token"
    sentence = "Aucun jeton ne porte l'identifiant {token}."


class AlreadyRevoked(BrokenRule):
    code = "already-revoked"
    sentence = "Le jeton {token} est déjà révoqué."
    structural = True
