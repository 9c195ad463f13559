"""The three kinds of failure, and nothing else.

Every error of ours is one of them, so that whoever catches it knows what to do: try again, tell someone, or stop.
"""


class MolangError(Exception):
    """Base of all our errors. Its text is a whole sentence for people."""


class TransientError(MolangError):
    """The same call may succeed later: a busy line, a broker that restarts."""


class FinalError(MolangError):
    """Trying again is useless: somebody must be told."""


class MisconfiguredError(MolangError):
    """A setting is wrong: the start stops, and the text names where."""
