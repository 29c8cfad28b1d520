"""What every route shares: strict JSON, problems, access, commands, documents."""
