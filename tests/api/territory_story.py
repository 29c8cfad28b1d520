"""A small story with all that can go wrong when sums are made by commune, theme, year and partner."""

from domain.outputs import Outputs
from tests.api.desk import Desk
from tests.story import ANZIN, ARCHIVE, BRUAY, ESCAUTPONT, VALENCIENNES, allocated, committed, entry, planned, signed


def story(desk: Desk) -> None:
    """Two weighted communes, a neighbour, the whole territory, an agreement; revisions, payments and mistakes."""
    agreement = signed(theme="mining")
    agreement.allocate(partner="anru", instrument="grant", amount_cents=70_00, **entry("2008-06"))
    outputs = {"outputs": Outputs(demolished=10, built=4)}
    two = planned(
        "TWO", communes=(ANZIN, BRUAY), weights=(6_667, 3_333), theme="mining", agreement=agreement, **outputs
    )
    own = committed(two, 100_01, partner="cavm", on="2008")
    grant = committed(two, 60_00, partner="anru", on="2009")
    committed(two, 900_00, partner="sigh", instrument="loan", on="2009")
    two.revise_commitment(line=grant, amount_cents=50_00, **entry("2010", reason="Coût moindre"))
    two.pay(line=own, kind="interim", amount_cents=33_34, external_ref="M-1", **entry("2009"))
    two.repay(line=own, amount_cents=3_33, **entry("2010", reason="Trop-perçu"))
    two.start(**entry("2009"))
    two.deliver(outputs=Outputs(demolished=9), **entry("2012"))
    beyond = planned("BEYOND", communes=(VALENCIENNES, ESCAUTPONT), theme="mining")
    committed(beyond, 110_00, partner="cavm", on="2009")
    committed(beyond, 29_99, partner="cavm", on="2011")
    committed(beyond, 25_01, partner="cavm", on=None, by=ARCHIVE)
    wide = planned("WIDE", communes=(), territory_wide=True, theme=None)
    committed(wide, 100_00, partner="cavm", on="2010")
    committed(wide, 77_00, partner="cavm", on="2011")
    wide.void(target=3, **entry("2012", reason="Saisi deux fois"))
    unfunded = planned("UNFUNDED", theme="tramway")
    allocated(unfunded, 7_00, partner="region")
    unfunded.correct(target=2, changes={"amount_cents": 5_00}, **entry("2012", reason="Faute de frappe"))
    desk.save(agreement, two, beyond, wide, unfunded)
