"""Which engine is the quickest on this very machine."""
