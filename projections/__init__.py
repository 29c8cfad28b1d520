"""What can be read: tables made from the ledger, which can be dropped and built again at any time.

Read in this order: `projection.py` (what each one is), `access.py` (the smallest), `timeline.py`, `commitments.py`,
`portfolio.py` with the heads of each day in `steps.py` and `heads.py`, `territory.py` (read by `balance.py`),
`moments.py` and what looks back to them (`past.py`, `past_totals.py`, `past_balance.py`, `sums.py`, `changes.py`), the
trail (`trail.py`, `differences.py`, `trail_search.py`, `findings.py`); then `passing.py` and `follower.py`, which keep
them up to date, and `replay.py`, `parts.py` and `rebuild.py`, which make them anew.
"""

from projections.catalogue import PROJECTIONS, UnknownProjection
from projections.tables import create_tables

__all__ = ["PROJECTIONS", "UnknownProjection", "create_tables"]
