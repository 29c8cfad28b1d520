"""What every problem means and what to do about it: one entry per code, told as pages and as JSON under `/problems`.

The entries stand in the TOML files beside this one, by subject, named as in `domain/errors/`; those of the request
itself stand in http.toml. `catalogue.py` reads them, `pages.py` shows them.
"""
