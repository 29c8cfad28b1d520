"""The access log: who read or exported what, and what was refused, beside the record and for a limited time.

It is no part of the ledger: it holds addresses of machines, which are to be forgotten. Both meet in the request id.
"""
