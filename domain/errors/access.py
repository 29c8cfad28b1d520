"""Refusals: access."""

from domain.errors.base import BrokenRule, Invalid, NotFound


class UnknownAccount(NotFound):
    code = "unknown-account"
    sentence = "Aucun compte ne porte l'identifiant {account}."


class UnknownToken(NotFound):
    code = "unknown-token"
    sentence = "Aucun jeton ne porte l'identifiant {token}."


class ClosedAccount(BrokenRule):
    code = "account-closed"
    sentence = "Le compte {account} est clos."
    structural = True


class AlreadyRevoked(BrokenRule):
    code = "already-revoked"
    sentence = "Le jeton {token} est déjà révoqué."
    structural = True


class NoOrganisation(Invalid):
    code = "no-organisation"
    sentence = "Un compte, comme un jeton, parle au moins pour une organisation."


class OrganisationNotHeld(Invalid):
    code = "organisation-not-held"
    sentence = (
        "Le compte {account} ne parle pas pour {organisation} : un jeton ne peut pas en dire plus que son compte."
    )


class ExpiryPast(Invalid):
    code = "expiry-past"
    sentence = "Le dernier jour du jeton ({expires_on}) est passé : nous sommes le {today}."
