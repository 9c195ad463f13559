"""The proofs of issue 3, one module a subject."""
