"""Hosts of the commune's network that the config watches: looked at now, each once."""

import asyncio
from collections.abc import Iterator, Mapping

from drivers.base import DriverError, Host
from drivers.registry import open_device
from edge.config.schema import Watch
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine


def hosts(patient: Patient) -> Iterator[Finding]:
    """One line a host; all are asked at once."""
    watched = patient.config.watch
    if not watched:
        yield fine("host", "Không khai báo thiết bị mạng nào để theo dõi.", "No hosts are watched.")
        return
    yield from asyncio.run(_asked(watched))


async def _asked(watched: tuple[Watch, ...]) -> list[Finding]:
    return list(await asyncio.gather(*(_finding(host) for host in watched)))


async def _finding(host: Watch) -> Finding:
    key = f"host/{host.id}"
    try:
        device = await open_device(host.kind, host.settings)
        assert isinstance(device, Host), "the config was checked"
        try:
            ms = await device.look()
        finally:
            await device.close()
    except DriverError as error:
        said = Said(f"{host.name} không trả lời: {error}", f"{host.id} does not answer: {error}")
        cure = Said(
            "Xem nguồn điện, dây mạng, địa chỉ trong [[watch]].",
            "Look at its power, its cable, its address in [[watch]].",
        )
        return Finding(key, Mark.WARN, said, cure)
    return fine(key, f"{host.name} trả lời sau {ms:.0f} ms.", f"{host.id} answers after {ms:.0f} ms.")


LINES: Mapping[str, Check] = {"host": hosts}
