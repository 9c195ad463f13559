"""Every sentence that the pages say, by Babel. ``python -m tests.web.sentences`` lists what en.json lacks."""

import ast
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract, extract_javascript, extract_python
from babel.messages.jslexer import tokenize
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from edge.core.airlog import KIND_WORDS, OUTCOME_WORDS
from edge.core.policy.rights import ROLE_NAMES

WEB = Path(__file__).parents[2] / "web"
SCRIPTS = tuple(sorted((WEB / "static").glob("*.js")))
TEMPLATES = tuple(sorted((WEB / "templates").glob("*.html")))
MODULES = tuple(sorted(WEB.rglob("*.py")))
VIETNAMESE = re.compile("[à-ãè-êìíò-õùúýăđĩũơưạ-ỹ]", re.IGNORECASE)
VALUE = re.compile(r"%\((\w+)\)s")
_RAISED = re.compile(r"\w+Error")
_MARKUP = re.compile(r"<[^>]*>|[\w-]+=\"[^\"]*\"|&\w+;|\d+(?:[.,]\d+)?")
_ASKED = re.compile(r'(?<![\w.])t\(("(?:[^"\\\n]|\\.)*")')
"""Babel does not look into the values of a call, where another sentence may stand."""
_KEPT = "// kept as written"
"""Marks a line of a script whose sentences are written into the records, which are Vietnamese for every reader."""
_NO_WORDS = re.compile(
    r"Mõ Làng|Tiếng Việt|English|molang reports sign|kbit/s|CSV|PDF|XLSX|TOTP|MQTT|HTTP|JSON|SMS|BĐ|Enter|Esc|F9"
    r"|\b(?:km|m|mm|s|V|A|kB|MB|P|X|VI|EN)\b"
)


def said_by(path: Path) -> Iterator[str]:
    """What this file asks the catalogue for."""
    if path.name == "texts.js":  # it says nothing itself; its comment shows how
        return
    if path.suffix == ".py":
        yield from _messages(extract_python, path, ("say", "later"))
        yield from _raised(ast.parse(path.read_text()))
    elif path.suffix == ".html":
        yield from _messages(babel_extract, path, ("_",))
    else:
        found = _messages(extract_javascript, path, ("t",), parse_template_string=True)
        yield from (text for text in found if "${" not in text)  # a template literal among the values is no sentence
        yield from (json.loads(text) for text in _ASKED.findall(path.read_text()))


def said() -> dict[str, str]:
    """Sentence -> the first file that says it; with the tables of core whose words the pages show."""
    found = {text: path.name for path in (*SCRIPTS, *TEMPLATES, *MODULES) for text in said_by(path)}
    core = (*ROLE_NAMES.values(), *OUTCOME_WORDS.values(), *KIND_WORDS.values())
    return {**dict.fromkeys((*core, *(role.capitalize() for role in ROLE_NAMES.values())), "core"), **found}


def bypasses(path: Path) -> list[str]:
    """Words for people in this script or template that do not go through the catalogue."""
    return list(_loose_in_template(path) if path.suffix == ".html" else _loose_in_script(path))


def _messages(extractor: object, path: Path, keywords: tuple[str, ...], **options: object) -> Iterator[str]:
    found = extract(extractor, io.BytesIO(path.read_bytes()), dict.fromkeys(keywords), (), options)  # type: ignore[arg-type]
    for _, message, _, _ in found:
        yield message if isinstance(message, str) else message[0]


def _raised(tree: ast.AST) -> Iterator[str]:
    """A whole sentence given to one of our errors: the page of the problem says it in the visitor's language."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not _RAISED.fullmatch(node.func.id):
            continue
        for given in node.args[:1]:
            if isinstance(given, ast.Constant) and isinstance(given.value, str) and VIETNAMESE.search(given.value):
                yield given.value


def _loose_in_script(path: Path) -> Iterator[str]:
    lines = path.read_text().splitlines()
    before = ("", "")
    for token in tokenize(path.read_text(), jsx=False):
        if token.type in ("string", "template_string") and VIETNAMESE.search(_own_words(token.value)):
            line = lines[token.lineno - 1]
            if before != ("t", "(") and _KEPT not in line:
                yield f"{path.name}:{token.lineno}: {token.value[:80]}"
        before = (before[1], token.value)


def _own_words(literal: str) -> str:
    """A template literal without what stands in its ``${…}``: that is code, and judged by its own strings."""
    shorter = re.sub(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", "", literal)
    return re.sub(r"\bt\(\"[^\"]*\"|Mõ Làng|Tiếng Việt|^.đ.$", "", shorter)


def _loose_in_template(path: Path) -> Iterator[str]:
    tree = Environment(autoescape=True).parse(path.read_text())
    asked = {id(call.args[0]) for call in tree.find_all(nodes.Call) if _is_asking(call) and call.args}
    for text in tree.find_all(nodes.Const):
        if isinstance(text.value, str) and VIETNAMESE.search(text.value) and id(text) not in asked:
            yield f"{path.name}:{text.lineno}: {text.value[:80]}"
    yield from _loose_text(path, tree)


def _loose_text(path: Path, tree: nodes.Template) -> Iterator[str]:
    """Letters between the tags. A tag may be cut by an expression, so the page is put together before it is judged."""
    whole = "".join(text.data for text in tree.find_all(nodes.TemplateData))
    for words in _MARKUP.sub("\n", whole).splitlines():
        if re.search(r"[^\W\d_]", _NO_WORDS.sub("", words)):
            yield f"{path.name}: {words.strip()[:80]}"


def _is_asking(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "_"


def missing() -> list[str]:
    """What en.json lacks, in the order of the files."""
    known = json.loads((WEB / "texts" / "en.json").read_text())
    return [text for text in said() if text not in known]


if __name__ == "__main__":
    for sentence in missing():
        print(json.dumps(sentence, ensure_ascii=False))  # noqa: T201
