"""Signatures on PDF by tokens (PAdES, ETSI EN 319 142-1), in processes of their own, never in the supervisor."""
