"""Settings of devices, checked by the drivers that will read them, before anything starts."""

import re
from collections.abc import Collection, Iterator, Mapping

from drivers.base import MisconfiguredDriverError
from drivers.registry import check_settings, known_kinds
from edge.config.indicators import is_asked
from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Config, LocalNode
from edge.config.schema.sensing import HAND

SOUND_KEY = {"alsa": "device", "unix": "path"}
"""The one setting of each kind of sound card, as edge/node reads it."""

_KEY = re.compile(r"\w+\.(?P<key>\w+): (?P<what>.*)", re.DOTALL)
_WORDS = (
    (r"no such setting; there are (.*)", r"không có thiết lập này; có: \1."),
    (r"this setting is missing", r"thiếu thiết lập này."),
    (r".* is not from (\S+) to (\S+)", r"phải từ \1 đến \2."),
    (r".* is not one of (.*)", r"phải là một trong: \1."),
    (r".* is not a whole number", r"phải là số nguyên."),
    (r".* is not a number", r"phải là số."),
    (r".* is not a text of 1 to (\d+) characters", r"phải là chữ dài 1 đến \1 ký tự."),
)


def wrong_devices(config: Config) -> Iterator[Problem]:
    """Every device whose kind nobody knows, or the first wrong setting of its kind."""
    for index, feed in enumerate(config.feed):
        yield from _wrong(("feed", index, "kind"), ("feed", index, "settings"), feed.kind, feed.settings)
    for index, gauge in enumerate(config.gauge):
        if gauge.feed is not None or gauge.kind == HAND:
            continue
        yield from _wrong(("gauge", index, "kind"), ("gauge", index, "settings"), gauge.kind, gauge.settings)
    if config.ups is not None:
        yield from _wrong(("ups", "kind"), ("ups", "settings"), config.ups.kind, config.ups.settings)
    yield from _wrong_modems(config)
    for index, channel in enumerate(config.channel):
        yield from _wrong(("channel", index, "kind"), ("channel", index, "settings"), channel.kind, channel.settings)
    for index, source in enumerate(config.news_source):
        yield from _wrong(
            ("news_source", index, "kind"), ("news_source", index, "settings"), source.kind, source.settings
        )
    yield from _wrong_indicators(config)
    for index, host in enumerate(config.watch):
        yield from _wrong(("watch", index, "kind"), ("watch", index, "settings"), host.kind, host.settings)
    node = config.local_node
    if node:
        kind, settings = ("local_node", "amplifier"), ("local_node", "amplifier_settings")
        yield from _wrong(kind, settings, node.amplifier, node.amplifier_settings)
        yield from _wrong_around(node, {template.id for template in config.template})
        yield from _wrong_sound(node)


def _wrong_modems(config: Config) -> Iterator[Problem]:
    for index, modem in enumerate(config.modem):
        yield from _wrong(("modem", index, "kind"), ("modem", index, "settings"), modem.kind, modem.settings)
        if modem.power:
            yield from _wrong(
                ("modem", index, "power"), ("modem", index, "power_settings"), modem.power, modem.power_settings
            )


def _wrong_indicators(config: Config) -> Iterator[Problem]:
    for index, one in enumerate(config.indicator):
        if is_asked(one):
            yield from _wrong(("indicator", index, "kind"), ("indicator", index, "settings"), one.kind, one.settings)


def _wrong(kind_path: PathKey, settings_path: PathKey, kind: str, settings: Mapping[str, object]) -> Iterator[Problem]:
    if kind not in known_kinds():
        yield Problem(kind_path, f"không có loại thiết bị `{kind}`; có: {', '.join(known_kinds())}.")
        return
    try:
        check_settings(kind, settings)
    except MisconfiguredDriverError as cause:
        yield _problem(settings_path, str(cause))


def _wrong_around(node: LocalNode, templates: Collection[str]) -> Iterator[Problem]:
    """The sealed key and the power meter, where there are any."""
    if node.switch is not None:
        yield from _wrong(
            ("local_node", "switch"), ("local_node", "switch_settings"), node.switch, node.switch_settings
        )
        if node.switch_template not in templates:
            yield Problem(("local_node", "switch_template"), "khóa tại chỗ phải phát một mẫu có trong [[template]].")
    if node.power is not None:
        yield from _wrong(("local_node", "power"), ("local_node", "power_settings"), node.power, node.power_settings)


def _wrong_sound(node: LocalNode) -> Iterator[Problem]:
    wanted = SOUND_KEY[node.sound]
    if set(node.sound_settings) != {wanted}:
        yield Problem(("local_node", "sound_settings"), f"loại `{node.sound}` cần đúng một thiết lập `{wanted}`.")


def _problem(path: PathKey, message: str) -> Problem:
    found = _KEY.fullmatch(message)
    if found is None:
        return Problem(path, f"không hợp lệ ({message}).")
    for pattern, words in _WORDS:
        if re.fullmatch(pattern, found["what"], re.DOTALL):
            return Problem((*path, found["key"]), re.sub(pattern, words, found["what"], flags=re.DOTALL))
    return Problem((*path, found["key"]), f"không hợp lệ ({found['what']}).")
