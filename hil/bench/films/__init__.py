"""Films for the bench of cameras: composed from stills and cut-out people, so that the truth is known exactly."""
