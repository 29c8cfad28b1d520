"""Files that people already keep, taken over into the ledger with their sources.

Reading order: register.py (the whole), reading.py, cells.py, lists.py, row.py (bytes to rows), operations.py, costs.py,
agreements.py, telling.py (rows to records), comparing.py (what was recorded before), report.py, printing.py.
"""

from api.imports.printing import render, render_brief
from api.imports.register import import_register
from api.imports.report import Flag, Report, Told

__all__ = ["Flag", "Report", "Told", "import_register", "render", "render_brief"]
