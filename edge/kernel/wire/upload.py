"""Files from a box to the province: tus 1.0.0 (tus.io/protocols/resumable-upload), and what its metadata must name."""

import base64
from typing import Literal, get_args

VERSION = "1.0.0"
UPLOADS_PATH = "/v1/uploads"
MEDIA_PATH = "/v1/media"
BODY_TYPE = "application/offset+octet-stream"
RESUMABLE = "Tus-Resumable"
OFFSET = "Upload-Offset"
LENGTH = "Upload-Length"
METADATA = "Upload-Metadata"
CHECKSUM = "Upload-Checksum"
EXPIRES = "Upload-Expires"
CHECKSUM_MISMATCH = 460
"""tus, extension Checksum: what came is not what was meant, and was thrown away."""
MAX_METADATA_BYTES = 4_096

Kind = Literal["still", "clip", "report", "attachment"]
KINDS: tuple[str, ...] = get_args(Kind)


def encode_metadata(fields: dict[str, str]) -> str:
    """The value of Upload-Metadata; keys hold neither space nor comma."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in fields.items())


def short_hash(sha256: str) -> str:
    """A hash in hexadecimal digits as events carry it: base64url without padding (protocols.md, Events)."""
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
