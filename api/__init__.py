"""How people reach the ledger: HTTP, the command line, import files, published documents."""
