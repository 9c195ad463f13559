"""The register's entries as the settings give them."""

from edge.config.schema import Camera
from edge.core.register import Entry


def entry_of(camera: Camera) -> Entry:
    """What the register says of this camera."""
    return Entry(
        camera=camera.id,
        name=camera.name,
        hamlet=camera.hamlet,
        purpose=camera.purpose,
        legal_basis=camera.legal_basis,
        owner=camera.owner,
        sign_posted=camera.sign_posted,
        sign_photo=camera.sign_photo,
        retention_days=camera.retention_days,
    )
