"""The way in: connections to cameras, what goes wrong with them, and the recording of their main streams."""
