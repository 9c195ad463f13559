"""Proofs of issue 7: provisioning, updates, replacement, power, doors."""
