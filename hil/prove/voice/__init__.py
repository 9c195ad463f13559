"""The proofs of the voice: a subject a file, each of its lines a Link."""
