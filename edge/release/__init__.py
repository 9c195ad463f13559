"""Releases: an offline bundle on a stick, the change to it, and the way back when it turns out to be sick."""
