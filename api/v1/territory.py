"""The territory: operations and money by kind of territory and commune, and the fundamentals of the mission."""

from typing import Final

from api.http.access import Roles
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.services import services
from api.v1.dated import Dated, as_of, moment
from api.v1.documents import territory as documents
from api.v1.documents.fundamentals import LISTED
from api.v1.documents.parts import Document
from api.v1.documents.shares import people
from projections import balance as rows
from projections import past_balance

blueprint = Blueprint("territory", __name__, url_prefix="/v1/territory", description="The territory as a whole.")

# Sums over all partners: whoever subtracts its own from them would read what the others bring.
WHOEVER_READS_ALL: Final[Roles] = frozenset({"team", "auditor", "admin"})


@blueprint.reads("", documents.Territory, roles=WHOEVER_READS_ALL, projection="territory", query=Dated)
def territory(read: Reading) -> Document:
    """The territory as it stands: the four themes, the communes, balance, effort and partnership.

    Not for partners: its figures are sums over all of them. Looking back, inhabitants are those of the day asked about.
    """
    asked, authority = as_of(read), services().authority
    if at := moment(read, asked):
        then = past_balance.Territory(read.cursor, at)
        return documents.territory(
            then.phases(),
            then.places(),
            then.years(authority),
            then.kinds(),
            then.counted(),
            then.funded(limit=LISTED),
            then.outside(people(at.day).counts, limit=LISTED),
            authority=authority,
            today=at.day,
            asked=asked,
        )
    return documents.territory(
        rows.phases(read.cursor),
        rows.places(read.cursor),
        rows.years(read.cursor, authority),
        rows.kinds(read.cursor),
        rows.counted(read.cursor),
        rows.funded(read.cursor, limit=LISTED),
        rows.outside(read.cursor, people(read.today).counts, limit=LISTED),
        authority=authority,
        today=read.today,
    )
