"""`./run prove N --json FILE`: every "Must show" line of an issue at full count, a line and a key each."""
