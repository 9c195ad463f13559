"""Files that are wrong stop the start with a sentence that names them; files that are replaced later stop nothing."""

from pathlib import Path

import pytest

from edge.broadcast.links import MqttLink
from edge.broadcast.media_server import MediaServer
from edge.config.schema import Broker, Media
from edge.core.errors import MisconfiguredError
from edge.core.place import HornId
from edge.kernel.bus import Bus
from hil.pki import Authority

URL = "https://127.0.0.1:8443/media"


async def nobody(horn: HornId, topic: str, payload: bytes) -> None:
    return


def files(folder: Path) -> dict[str, str]:
    authority = Authority(folder)
    box = authority.issue("box")
    return {"ca": str(authority.ca), "cert": str(box.cert), "key": str(box.key)}


@pytest.mark.parametrize("broken", ["ca", "cert", "key"])
def test_a_certificate_that_cannot_be_used_stops_the_start(tmp_path: Path, broken: str) -> None:
    good = files(tmp_path)
    MqttLink(Broker(port=8883, **good), "dong-son", nobody, Bus())
    MediaServer(Media(url=URL, port=8443, **good), tmp_path, [])
    bad = good | {broken: str(tmp_path / "gone.pem")}
    with pytest.raises(MisconfiguredError, match=r"\[broker\]"):
        MqttLink(Broker(port=8883, **bad), "dong-son", nobody, Bus())
    with pytest.raises(MisconfiguredError, match=r"\[media\]"):
        MediaServer(Media(url=URL, port=8443, **bad), tmp_path, [])
