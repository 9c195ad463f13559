"""What of the config the pages are told."""

import msgspec

from edge.config import door
from edge.config.folders import Folders
from edge.config.gauges import shown_gauge
from edge.config.indicators import known_indicators
from edge.config.schema import Config
from edge.core.account import CODES_DEMANDED
from edge.core.policy.rights import Role
from edge.kernel.disk import SECRET, write_atomically
from models.folders import default_cache_dir


def codes_demanded(config: Config) -> frozenset[Role]:
    """The roles that need a code beside their password: a commune that is played needs none."""
    return frozenset() if config.commune.demo else CODES_DEMANDED


def write_web_settings(config: Config, folders: Folders, push_key: str) -> None:
    """What the web process may know, in a file that only it and we can read. It appears whole or not at all.

    ``push_key`` is what browsers must know for web push; empty: there is none.
    """
    settings = {
        "commune": config.commune.name,
        "control_socket": str(folders.control),
        "database": str(folders.database),
        "media_folder": str(folders.media),
        "clips_folder": str(folders.clips),
        "reports_folder": str(folders.reports),
        "library_folder": str(default_cache_dir()),
        "hamlets": {hamlet.id: hamlet.name for hamlet in config.hamlet},
        "horns": {horn.id: (horn.name, horn.hamlet) for horn in config.horn},
        "gauges": [shown_gauge(gauge, config.feed) for gauge in config.gauge],
        "indicators": known_indicators(config),
        "people": {person.id: (person.name, person.hamlet or "") for person in config.person},
        "link_key_file": str(folders.link_key),
        "push_key": push_key,
        "live_url": door.live_url(config),
        "wall_token": config.web.wall_token,
        "secret_key_file": str(folders.keys / "web-session.key"),
        "code_roles": sorted(codes_demanded(config)),
        "cameras": {camera.id: camera.name for camera in config.camera},
        "host": config.web.host,
        "port": config.web.port,
        **door.for_web(config),
    }
    data = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    write_atomically(folders.run / "web.json", data, SECRET)
