"""Labels that a network takes for one another: a thing may change its label within a family and stay itself."""

_FAMILIES = (
    ("bicycle", "motorcycle"),
    ("car", "truck", "bus"),
    ("cat", "dog", "sheep", "cow", "horse"),
)
_OF = {label: names[0] for names in _FAMILIES for label in names}


def family(label: str) -> str:
    """The name of the label's family; a label that is in none is one of its own."""
    return _OF.get(label, label)
