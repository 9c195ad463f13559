"""Remote support that the commune opens itself: the desk of it, the tunnel outwards, the shell that is written down."""
