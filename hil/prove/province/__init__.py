"""Proofs of issue 5: store and forward, and the province's end."""
