"""The child that brings privacy areas into a camera: one job, one answer."""
