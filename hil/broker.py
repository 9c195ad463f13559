"""The commune's MQTT broker: mosquitto with TLS, one certificate per machine, and the ACL of protocols.md."""

import getpass
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil.pki import Identity

MOST_PACKET_BYTES = 600_000
"""A plan of a node has at most 513 KiB; a client with a larger packet is cut off, and comes back, and is cut off."""
MOSQUITTO = "/usr/sbin/mosquitto"  # Debian's package; sbin is not in a plain user's PATH


@dataclass(frozen=True, slots=True)
class BrokerSetup:
    """Who may speak, by the names in their certificates: the box, the nodes with their hamlets, the sensors.

    ``listeners`` read every sensor: the box's stations, which are a session of their own beside the box's.
    """

    commune: str
    port: int
    ca: Path
    identity: Identity
    box: str
    node_hamlets: Mapping[str, Iterable[str]]
    sensors: Iterable[str] = ()
    listeners: Iterable[str] = ()
    addresses: Sequence[str] = ("127.0.0.1",)


def write_broker(folder: Path, setup: BrokerSetup) -> list[str]:
    """Write the configuration into the folder, and return the command that runs the broker from it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "acl").write_text(acl(setup))
    (folder / "acl").chmod(0o600)  # mosquitto warns about an ACL that others may read
    config = folder / "mosquitto.conf"
    config.write_text(_config(folder, setup))
    return [MOSQUITTO, "-c", str(config)]


def acl(setup: BrokerSetup) -> str:
    """The access list: only the box gives orders; a node reads its own and its hamlets'."""
    blocks = [_box_rights(setup)]
    blocks += [_node_rights(setup.commune, node, hamlets) for node, hamlets in setup.node_hamlets.items()]
    blocks += [_rights(sensor, [f"write xa/{setup.commune}/sensor/{sensor}/reading"]) for sensor in setup.sensors]
    blocks += [_rights(listener, [f"read xa/{setup.commune}/sensor/+/reading"]) for listener in setup.listeners]
    return "\n".join(blocks)


def _box_rights(setup: BrokerSetup) -> str:
    root = f"xa/{setup.commune}"
    writes = [
        "node/+/cmd",
        "zone/+/cmd",
        "node/+/plan",
        "node/+/heard",
        "live/#",
        "alert/#",
        "camera/+/status",
        "incident/#",
    ]
    reads = ["node/+/ack", "node/+/state", "sensor/+/reading"]
    return _rights(
        setup.box, [f"write {root}/{topic}" for topic in writes] + [f"read {root}/{topic}" for topic in reads]
    )


def _node_rights(commune: str, node: str, hamlets: Iterable[str]) -> str:
    root = f"xa/{commune}"
    own = [f"node/{node}/{topic}" for topic in ("cmd", "plan", "heard")]
    reads = [*own, "live/#", *(f"zone/{zone}/cmd" for zone in ("all", *hamlets))]
    writes = [f"node/{node}/ack", f"node/{node}/state"]
    return _rights(node, [f"read {root}/{topic}" for topic in reads] + [f"write {root}/{topic}" for topic in writes])


def _rights(user: str, topics: Iterable[str]) -> str:
    return "\n".join([f"user {user}", *(f"topic {topic}" for topic in topics), ""])


def _listener(setup: BrokerSetup, address: str) -> list[str]:
    return [
        f"listener {setup.port} {address}",
        f"cafile {setup.ca}",
        f"certfile {setup.identity.cert}",
        f"keyfile {setup.identity.key}",
        "tls_version tlsv1.2",
        "require_certificate true",
        "use_identity_as_username true",
        "use_username_as_clientid true",  # else a node that calls itself the box would end the box's session
    ]


def _config(folder: Path, setup: BrokerSetup) -> str:
    lines = [
        "per_listener_settings false",
        f"user {getpass.getuser()}",  # started as root it would otherwise become a user who cannot read this folder
        *(line for address in setup.addresses for line in _listener(setup, address)),
        "allow_anonymous false",
        f"acl_file {folder / 'acl'}",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 1",
        "autosave_on_changes true",
        "max_queued_messages 1000",
        f"max_packet_size {MOST_PACKET_BYTES}",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
    ]
    return "\n".join(lines) + "\n"
