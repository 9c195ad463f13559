"""The config block of a found camera: complete but for what only people know."""

from dataclasses import dataclass

from edge.config.questions import slug

_HEAD = """
[[camera]]
id = {id}
name = {name}
hamlet = "?"                       # điền tên một [[hamlet]]
url = {watch}
"""
_REGISTER = """\
purpose = ""                       # sổ đăng ký: chưa ghi đủ bốn dòng này thì camera không được ghi hình
legal_basis = ""
owner = ""
# sign_posted = 2026-01-31         # ngày cắm biển báo
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A camera's streams as it tells them; ``record`` is empty when it has only one. Addresses hold the login."""

    name: str
    host: str
    watch: str
    record: str


def config_block(found: Found) -> str:
    """TOML for this camera. Whatever a camera calls itself, it stays inside its quotes."""
    head = _HEAD.format(id=_toml(camera_id(found)), name=_toml(found.name), watch=_toml(found.watch))
    record = f"record_url = {_toml(found.record)}\n" if found.record else ""
    return head + record + _REGISTER


def camera_id(found: Found) -> str:
    """``Cổng chợ`` at 10.0.0.5 as ``cong-cho-10-0-0-5``: unlike any other camera's, and within the id's length."""
    host = slug(found.host)[-20:].strip("-")
    return f"{slug(found.name)[:19].strip('-') or 'camera'}-{host}"


def _toml(text: str) -> str:
    """A basic string: quotes and backslashes escaped, control characters dropped."""
    kept = "".join(c for c in text if c.isprintable())
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'
