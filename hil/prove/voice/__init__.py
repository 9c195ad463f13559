"""Issue 3, "Voice": what its "Must show" lines measure."""
