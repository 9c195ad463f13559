"""Every announcement that an alarm may need is read once at the start: in the flood it is too late to find a word."""

from collections.abc import Iterator

from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Camera, Config, Line, Template, Zone
from edge.config.water import spoken_rules
from edge.core.normalise_vi import Accent, normalise

WHOLE_COMMUNE = "toàn xã"


def unspoken(config: Config) -> Iterator[Problem]:
    """A template with the names that a camera's zone or a gauge puts into its blanks, when they cannot be read."""
    accent = Accent(config.speech.accent)
    for path, template, blanks in _announcements(config):
        text = _Named(blanks).fill(template.text)
        unread = ", ".join(f"`{bad.token}`" for bad in normalise(text, accent=accent).unread)
        if unread:
            yield Problem(path, f"mẫu tin `{template.id}` ở đây không đọc thành tiếng được: {unread}.")


def _announcements(config: Config) -> Iterator[tuple[PathKey, Template, dict[str, str]]]:
    templates = {template.id: template for template in config.template}
    hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
    for row, camera in enumerate(config.camera):
        for path, rule in _rules(camera):
            if rule.template in templates:
                blanks = {"place": rule.name, "hamlet": hamlets.get(camera.hamlet, "")}
                yield ("camera", row, *path, "template"), templates[rule.template], blanks
    for row, gauge in enumerate(config.gauge):
        if gauge.template in templates:
            hamlet = hamlets.get(gauge.hamlets[0], WHOLE_COMMUNE)
            blanks = {"place": gauge.name, "hamlet": hamlet, "station": gauge.name, "level": "2", "value": "3,21 m"}
            yield ("gauge", row, "template"), templates[gauge.template], blanks
    for path, name, blanks in spoken_rules(config):
        if name in templates:
            yield path, templates[name], blanks


def _rules(camera: Camera) -> Iterator[tuple[PathKey, Zone | Line]]:
    for table in ("zone", "line"):
        for column, rule in enumerate(getattr(camera, table)):
            yield (table, column), rule


class _Named(dict[str, str]):
    """The blanks of one alarm at five past twelve. One that crosscheck complains about already says nothing here."""

    def fill(self, text: str) -> str:
        """The words."""
        try:
            return text.format_map(self)
        except (ValueError, LookupError, AttributeError):
            return ""

    def __missing__(self, name: str) -> str:
        return "12h05" if name == "time" else ""
