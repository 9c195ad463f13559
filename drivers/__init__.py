"""Drivers of devices in the field. They know nobody: not edge, not models, not web."""
