"""Read the one settings file of a box; a wrong setting stops the start with a sentence that names its line."""

import re
import tomllib
from pathlib import Path

import msgspec

from edge.config.crosscheck import crosscheck
from edge.config.lines import PathKey, line_of, line_table
from edge.config.schema import Config
from edge.core.errors import MisconfiguredError

MAX_FILE_BYTES = 1024 * 1024

_WORDS = (
    (re.compile(r"Object contains unknown field `(.+?)`"), r"không có thiết lập tên `\1`"),
    (re.compile(r"Object missing required field `(.+?)`"), r"thiếu thiết lập `\1`"),
    (re.compile(r"Expected `(.+?)`, got `(.+?)`"), r"phải là `\1`, đang là `\2`"),
    (re.compile(r"Expected `(?:int|float)` >= (.+)"), r"phải từ \1 trở lên"),
    (re.compile(r"Expected `(?:int|float)` <= (.+)"), r"không được quá \1"),
    (re.compile(r"Expected `str` matching regex (.+)"), r"viết chưa đúng dạng \1"),
    (re.compile(r"Expected `str` of length >= (.+)"), r"phải dài ít nhất \1 ký tự"),
    (re.compile(r"Expected `str` of length <= (.+)"), r"không được dài quá \1 ký tự"),
    (re.compile(r"Expected `array` of length >= (.+)"), r"phải có ít nhất \1 mục"),
    (re.compile(r"Expected `array` of length <= (.+)"), r"không được quá \1 mục"),
    (re.compile(r"Expected `array` of length (.+)"), r"phải có đúng \1 mục"),
    (re.compile(r"Invalid enum value (.+)"), r"giá trị \1 không có trong danh sách cho phép"),
)
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+|\.\.\.)\]")


def load(path: Path) -> Config:
    """The settings; raises MisconfiguredError naming file, line and setting."""
    try:
        raw = path.read_bytes()
    except OSError as cause:
        raise MisconfiguredError(f"{path}: không đọc được tệp cấu hình: {cause.strerror}.") from cause
    if len(raw) > MAX_FILE_BYTES:
        raise MisconfiguredError(f"{path}: tệp cấu hình lớn quá {MAX_FILE_BYTES} byte.")
    return parse(raw, str(path))


def parse(raw: bytes, source: str) -> Config:
    """The settings in this text; ``source`` is how errors call it."""
    try:
        text = raw.decode()
        tree = tomllib.loads(text)
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        raise MisconfiguredError(f"{source}:{line}: tệp phải viết bằng UTF-8.") from cause
    except tomllib.TOMLDecodeError as cause:
        raise MisconfiguredError(_toml_error(source, cause)) from cause
    lines = line_table(text)
    try:
        config = msgspec.convert(tree, Config, strict=True)
    except msgspec.ValidationError as cause:
        raise MisconfiguredError(_where(source, lines, str(cause))) from cause
    for problem in crosscheck(config):
        number = line_of(lines, problem.path) or 1
        raise MisconfiguredError(f"{source}:{number}: {dotted(problem.path)}: {problem.sentence}")
    return config


def dotted(path: PathKey) -> str:
    """A path as people write it: camera[2].zone[0].name."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


def _toml_error(source: str, cause: tomllib.TOMLDecodeError) -> str:
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(cause))
    line = found[1] if found else "1"
    return f"{source}:{line}: sai cú pháp TOML: {cause}."


def _where(source: str, lines: dict[PathKey, int], message: str) -> str:
    """``Expected … - at `$.camera[0].id``` as a Vietnamese sentence with its line."""
    what, _, at = message.partition(" - at `$")
    path: PathKey = tuple(
        name or (int(index) if index.isdecimal() else index) for name, index in _STEP.findall(at.rstrip("`"))
    )
    unknown = re.search(r"unknown field `(.+?)`", what)
    if unknown:
        path += (unknown[1],)
    return f"{source}:{line_of(lines, path) or 1}: {dotted(path) or 'tệp'}: {_in_vietnamese(what)}."


def _in_vietnamese(what: str) -> str:
    for pattern, words in _WORDS:
        if pattern.match(what):
            return pattern.sub(words, what)
    return what
