"""What stands before the first slice of a key frame: the parameter sets that a decoder needs (H.264 and H.265)."""

from edge.workers.annex_b import START_CODE, units

LOOKED_AT = 4096
"""Parameter sets come first; a stream that hides them behind so many bytes is taken as having none."""
_SETS = {"h264": frozenset({7, 8}), "hevc": frozenset({32, 33, 34})}
_SLICES = {"h264": frozenset({1, 5}), "hevc": frozenset(range(32))}


def parameter_sets(codec: str, head: bytes) -> bytes:
    """The parameter sets at the beginning of an Annex B key frame, each after a start code; empty when it has none."""
    found = b""
    for unit in units(head):
        kind = unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F
        if kind in _SLICES[codec]:
            break
        if kind in _SETS[codec]:
            found += b"\x00" + START_CODE + unit
    return found
