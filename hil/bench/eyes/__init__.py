"""The parts of the bench of cameras: the box it watches, what it measures on it, and how it judges what it saw."""
