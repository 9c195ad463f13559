"""What detectors share whatever engine runs them: fitting pictures, reading answers, choosing boxes."""
