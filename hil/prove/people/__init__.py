"""Proofs of issue 6: the wall, the panel, the phone, and the door in front of them."""
