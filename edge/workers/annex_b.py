"""H.264 and H.265 as cameras send them: NAL units, each after a start code (annex B of both standards)."""

START_CODE = b"\x00\x00\x01"


def units(data: bytes) -> list[bytes]:
    """The NAL units of a packet, without start codes and the zeros between them; none of them is empty."""
    return [unit for part in data.split(START_CODE)[1:] if (unit := part.rstrip(b"\x00"))]
