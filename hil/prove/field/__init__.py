"""Issue 7's proofs: a machine of its own that boots, is provisioned, breaks and is brought further."""
