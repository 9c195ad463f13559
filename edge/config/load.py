"""Read the one settings file of a box; a wrong setting stops the start with a sentence that names its line."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from edge.config.crosscheck import crosscheck
from edge.config.devices import wrong_devices
from edge.config.lines import Key, PathKey, line_of, line_table
from edge.config.ready import adopted, check_templates
from edge.config.schema import Config
from edge.config.spoken import unspoken
from edge.config.words import checker_words, parser_words
from edge.core.errors import MisconfiguredError

MAX_FILE_BYTES = 1024 * 1024

PASSWORDS_GONE = (
    "mật khẩu chung của vai trò không còn dùng nữa. Hãy xoá các dòng passwords, khởi động lại hộp,"
    " rồi lập tài khoản cho từng người bằng `molang users add`."
)
_PLACE = re.compile(r"(?P<what>.*?)(?: - at (?P<key>`key` in )?`\$(?P<at>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+|\.\.\.)\]")
_NAMED = re.compile(r"(?:unknown|required) field `(.+)`|Invalid enum value '(.+)'")
_SOME = "..."
"""How msgspec names a key of a free table: it does not say which."""


def load(path: Path) -> Config:
    """The settings; raises MisconfiguredError naming file, line and setting."""
    try:
        raw = path.read_bytes()
    except OSError as cause:
        raise MisconfiguredError(f"{path}: không đọc được tệp cấu hình ({cause.strerror}).") from cause
    if len(raw) > MAX_FILE_BYTES:
        raise MisconfiguredError(f"{path}: tệp cấu hình lớn quá {MAX_FILE_BYTES} byte.")
    return parse(raw, str(path))


def parse(raw: bytes, source: str) -> Config:
    """The settings in this text; ``source`` is how errors call it."""
    text = _text(raw, source)
    tree = _tree(text, source)
    lines = line_table(text)
    if "passwords" in tree.get("web", {}):
        raise _wrong(source, lines, ("web", "passwords"), PASSWORDS_GONE)
    try:
        config = adopted(msgspec.convert(tree, Config, strict=True))
    except msgspec.ValidationError as cause:
        path, sentence = _explain(tree, str(cause))
        raise _wrong(source, lines, path, sentence) from cause
    for problem in (*crosscheck(config), *check_templates(config), *wrong_devices(config), *unspoken(config)):
        raise _wrong(source, lines, problem.path, problem.sentence)
    return config


def dotted(path: PathKey) -> str:
    """A path as people write it: camera[2].zone[0].name; rows are counted from 0."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


def _text(raw: bytes, source: str) -> str:
    """The characters of the file; a byte order mark, as Windows' editor writes it, is no error."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        raise MisconfiguredError(f"{source}:{line}: tệp phải lưu bằng mã UTF-8.") from cause


def _tree(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        message = str(cause)
        line = _line_of_syntax_error(text, message)
        raise MisconfiguredError(f"{source}:{line}: sai cú pháp TOML: {parser_words(message)}.") from cause
    except RecursionError as cause:
        raise MisconfiguredError(f"{source}:1: các dấu ngoặc lồng nhau quá sâu.") from cause
    except ValueError as cause:  # an integer of thousands of digits
        raise MisconfiguredError(f"{source}:1: có một số dài quá mức cho phép.") from cause


def _line_of_syntax_error(text: str, message: str) -> int:
    """Where tomllib stopped. At the end of the document: its last line that is not empty."""
    found = re.search(r"\(at line (\d+), column \d+\)$", message)
    return int(found[1]) if found else text.rstrip().count("\n") + 1


def _explain(tree: dict[str, Any], message: str) -> tuple[PathKey, str]:
    """``Expected … - at `$.camera[0].id``` as the path of the setting and the words for it."""
    found = _PLACE.fullmatch(message)
    assert found is not None, "the pattern matches any text"
    path = _steps(found["at"] or "")
    if _SOME in path:
        path = _with_key(tree, path, message)
    named = _NAMED.search(found["what"])
    if named and (named[1] or found["key"]):
        path = (*path, named[1] or named[2])
    return path, f"{checker_words(found['what'])}."


def _steps(at: str) -> PathKey:
    return tuple(name or (int(index) if index.isdecimal() else index) for name, index in _STEP.findall(at))


def _with_key(tree: dict[str, Any], path: PathKey, message: str) -> PathKey:
    """The path with the key that msgspec does not name: the one that alone makes the same complaint."""
    before = path[: path.index(_SOME)]
    parent = _follow(tree, before[:-1])
    values = parent[before[-1]]
    for key in values:
        parent[before[-1]] = {key: values[key]}
        if _complaint(tree) == message:
            return (*before, key, *path[len(before) + 1 :])
    return before


def _follow(tree: Any, path: tuple[Key, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _complaint(tree: dict[str, Any]) -> str:
    try:
        msgspec.convert(tree, Config, strict=True)
    except msgspec.ValidationError as cause:
        return str(cause)
    return ""


def _wrong(source: str, lines: dict[PathKey, int], path: PathKey, sentence: str) -> MisconfiguredError:
    line = line_of(lines, path) or 1
    return MisconfiguredError(f"{source}:{line}: {dotted(path) or 'tệp'}: {sentence}")
