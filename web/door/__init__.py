"""The secure origin: nginx in front, and the page by which a phone comes to trust it."""
