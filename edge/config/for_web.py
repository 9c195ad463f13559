"""What of the config the pages are told."""

import msgspec

from edge.config.folders import Folders
from edge.config.gauges import shown_gauge
from edge.config.indicators import known_indicators
from edge.config.schema import Config
from edge.kernel.disk import SECRET, write_atomically


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
        "hamlets": {hamlet.id: hamlet.name for hamlet in config.hamlet},
        "horns": {horn.id: (horn.name, horn.hamlet) for horn in config.horn},
        "gauges": [shown_gauge(gauge, config.feed) for gauge in config.gauge],
        "indicators": known_indicators(config),
        "people": {person.id: (person.name, person.hamlet or "") for person in config.person},
        "link_key_file": str(folders.link_key),
        "push_key": push_key,
        "live_url": config.live.url,
        "wall_token": config.web.wall_token,
        "secret_key_file": str(folders.keys / "web-session.key"),
        "passwords": config.web.passwords,
        "host": config.web.host,
        "port": config.web.port,
    }
    data = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    write_atomically(folders.run / "web.json", data, SECRET)
