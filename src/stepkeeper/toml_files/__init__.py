"""What the operator's files have in common: tables of one kind, all of whose mistakes are named at once."""
