"""Pages for people, in French and in English: made by Jinja from the very documents that the API answers by.

Reading order: routes.py (how a page and a form are declared), visit.py (what a page may ask), forms.py (how a form
becomes a command), site.py (what all pages share), then one file per page. docs/pages.md says how a page is written.
"""
