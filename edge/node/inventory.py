"""``molang node --check``: what this node has, as lines for a technician. Switches nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from drivers.base import DriverError, PowerReading, SwitchState
from edge.core.errors import MolangError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.kernel.clock import SystemClock
from edge.kernel.wire.node import NodeSetup
from edge.node.agent import Devices
from edge.node.cache import ClipCache
from edge.node.plan_shelf import PlanShelf
from edge.node.settings import NodeFile
from edge.node.sntp import NTP_PORT, ask_time
from edge.node.start import opened
from edge.node.window import ReplayWindow

CONNECT_S = 3.0


async def inventory(file: NodeFile) -> AsyncIterator[str]:
    """One sentence a part, good or bad; a wrong setting raises MisconfiguredError."""
    setup = file.setup()
    yield f"Cụm loa {setup.horn}, thôn {', '.join(setup.hamlets)}."
    for line in _on_the_disk(setup):
        yield line
    yield await _time(setup)
    yield await _broker(file)
    async with opened(setup) as devices:
        async for line in _devices(devices):
            yield line


def _on_the_disk(setup: NodeSetup) -> list[str]:
    folder = Path(setup.data_folder)
    if not folder.is_dir():
        return [f"Đĩa: {folder} chưa có; nút sẽ tạo khi chạy lần đầu."]
    shelf = PlanShelf(folder / "plan", HornId(setup.horn), setup.order_keys, ReplayWindow(folder / "seen.json"))
    free_mb = shutil.disk_usage(folder).free // (1024 * 1024)
    waiting = len(list((folder / "reports").glob("*_*.json")))
    return [f"Đĩa: còn {free_mb} MB.", _plan(setup, shelf), f"Báo cáo chờ hộp nghe: {waiting}."]


def _plan(setup: NodeSetup, shelf: PlanShelf) -> str:
    if shelf.held is None:
        return "Kế hoạch: chưa có."
    plan = shelf.held.plan
    cache = ClipCache(Path(setup.data_folder) / "clips", setup.cache_mb)
    media = [item.media for item in plan.items] + [template.media for template in plan.templates]
    refs = {ref.sha256: ref for ref in chain.from_iterable(media)}
    missing = sum(not cache.holds(ref) for ref in refs.values())
    now = SystemClock().now().at_ms
    next_ms = min((item.at_ms for item in plan.items if item.at_ms > now), default=None)
    when = f"mục kế tiếp lúc {_local(next_ms)}" if next_ms is not None else "không còn mục nào sắp tới"
    mine = [template.title for template in plan.templates if template.id == setup.switch_template]
    key = f" Khóa tại chỗ phát: {mine[0]}." if mine else " Khóa tại chỗ chưa có mẫu để phát." * bool(setup.switch_kind)
    return f"Kế hoạch {plan.id}: {len(plan.items)} mục, {when}; thiếu {missing}/{len(refs)} đoạn tiếng.{key}"


async def _time(setup: NodeSetup) -> str:
    if not setup.time_server:
        return f"Giờ: theo máy, đang ở trạng thái {SystemClock().now().clock}."
    host, _, port = setup.time_server.partition(":")
    try:
        sample = await ask_time(host, int(port or NTP_PORT), SystemClock())
    except MolangError as error:
        return f"Giờ: {error}"
    return f"Giờ: {host} trả lời sau {sample.delay_s * 1000:.1f} ms, bây giờ là {_local(AtMs(int(sample.at_ms)))}."


async def _broker(file: NodeFile) -> str:
    place = f"{file.broker.host}:{file.broker.port}"
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(file.broker.host, file.broker.port)
    except OSError:
        return f"Máy chủ MQTT {place}: không nối được."
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return f"Máy chủ MQTT {place}: nối được."


async def _devices(devices: Devices) -> AsyncIterator[str]:
    try:
        evidence = await devices.amplifier.measure()
        yield f"Ampli: {'ĐANG BẬT' if evidence.on else 'tắt'}, dòng ra {evidence.current_ma} mA."
    except DriverError as error:
        yield f"Ampli: không trả lời ({error})."
    try:
        if devices.switch is not None:
            yield _switch(await devices.switch.read_switch())
    except DriverError as error:
        yield f"Khóa tại chỗ: không trả lời ({error})."
    try:
        if devices.meter is not None:
            yield _power(await devices.meter.read_power())
    except DriverError as error:
        yield f"Nguồn: đồng hồ không trả lời ({error})."


def _switch(state: SwitchState) -> str:
    key = "đang vặn" if state.key_turned else "không vặn"
    return f"Khóa tại chỗ: {key}; nút dừng: {'đang ấn' if state.stop_pressed else 'không ấn'}."


def _power(reading: PowerReading) -> str:
    told = []
    if reading.battery_v is not None:
        told.append(f"ắc quy {reading.battery_v:.2f} V")
    if reading.mains is not None:
        told.append("có điện lưới" if reading.mains else "MẤT điện lưới")
    if reading.temp_c is not None:
        told.append(f"{reading.temp_c:.1f} °C")
    return f"Nguồn: {', '.join(told) or 'không đo gì'}."


def _local(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M:%S ngày %d/%m/%Y}"
