"""Statements on a page: everybody reads them, the team of the authority names one."""

import pytest

from tests.api.desk import Desk
from tests.pages.reader import Reader, figure, text


def test_the_team_names_a_statement_and_everybody_reads_it(funded: Desk):
    lea = Reader(funded).signed_in("lea")
    page = lea.at("/statements")
    assert "Aucune situation n'est encore arrêtée." in text(page)
    head = funded.ledger.head()
    done = lea.sends(page, "/statements/name", title="Comité du 12 mars", code="comite-mars", on="12/03/2026")
    assert done.status_code == 303
    funded.follower.catch_up()
    for who in ("lea", "region", "auditor"):
        found = text(Reader(funded).signed_in(who).at("/statements"))
        assert f"Comité du 12 mars comite-mars 12 mars 2026 {figure(head)} CA Valenciennes Métropole u-lea" in found


@pytest.mark.parametrize(("who", "offered"), [("lea", True), ("landlord", False), ("anru", False), ("auditor", False)])
def test_only_the_team_of_the_authority_is_offered_the_form(funded: Desk, who, offered):
    assert ("/statements/name" in Reader(funded).signed_in(who).at("/statements").text) is offered


def test_a_refused_statement_keeps_what_was_typed(funded: Desk):
    lea = Reader(funded).signed_in("lea")
    page = lea.sends(
        lea.at("/statements"), "/statements/name", title="Comité", code="Comité", on="2026", position="999999999"
    )
    assert page.status_code == 422
    assert 'id="make_statement-code-wrong"' in page.text
    assert 'value="Comité"' in page.text
    page = lea.sends(page, "/statements/name", title="Comité", code="comite", on="2026", position="999999999")
    assert page.status_code == 422
    assert "Rien n'est enregistré." in text(page)
    assert 'value="999999999"' in page.text
