"""Line ``reports``: a commune's day and month on page, paper and in a workbook, signed, and at the province once.

A seeded store of last month is reported by the product's own processes, which are killed (SIGKILL) again and again
while they make the reports that were missed and send them to a real hub. Afterwards every figure is counted again by
plain SQL, the workbook is read as zip and XML and the PDF by poppler; one day and one month are signed by a software
token with a chain made for this run, verified by ``molang reports verify`` and by pdfsig, and spoilt in three ways.
"""

import asyncio
import datetime as dt
import hashlib
import json
import random
import shutil
import sqlite3
import ssl
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.core.local_time import VIETNAM
from edge.core.report.period import DAY_MS, Kind, Period, period_of
from hil.bench.outcome import BenchUnavailableError
from hil.harness import ROOT, Harness, Program, python
from hil.links import Figure, Link
from hil.pki import Authority
from hil.ports import free_ports, listens
from hil.prove.province.report_reading import counted, pdf_words, sheets
from hil.prove.province.report_village import BOX, SOURCE, fill
from hil.prove.province.soft_token import KEY, LABEL, Token, make_token

DAYS_DUE = 6
KILLS = 25
PATIENCE_S = 600.0
LIVES_S = (0.6, 3.5)
"""A report takes a second or two: kills fall before, in and after the making and the sending."""
SEED = 6
HUB = "hub"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of it."""

    kills: int
    made: int
    missing: int
    doubled: int
    events_doubled: int
    files_wrong: int


def reports(days_due: int = DAYS_DUE, kills: int = KILLS) -> Link:
    """The line: ``days_due`` missed days and the month, through ``kills`` kills."""
    with tempfile.TemporaryDirectory(prefix="molang-reports-") as name:
        folder = Path(name)
        month, days = _periods(days_due)
        asyncio.run(fill(folder / "molang.db", month.since_ms, _days(month, days)))
        _began(folder / "molang.db", month, days)
        seen = _sent(folder, [month, *days], kills)
        figures = _figures(folder, [month, days[0]])
        signed = _signed(folder, [month, days[0]])
    told: dict[str, Figure] = {
        "reports": seen.made,
        "report_kills": seen.kills,
        "reports_missing": seen.missing,
        "reports_doubled": seen.doubled + seen.events_doubled,
        "report_files_wrong": seen.files_wrong,
        **figures,
        **signed,
    }
    ok = (
        not any(told[key] for key in _MUST_BE_NONE)
        and seen.kills >= kills
        and told["signed_valid"] == told["pdfsig_agrees"] == 2
    )
    return Link("reports", ok and seen.made == days_due + 1, told, "read back by zip/XML, pdftotext and pdfsig")


_MUST_BE_NONE = (
    "reports_missing", "reports_doubled", "report_files_wrong", "figures_wrong", "sheets_wrong", "words_missing",
    "spoilt_unnoticed",
)  # fmt: skip


def _periods(days_due: int) -> tuple[Period, list[Period]]:
    """Last month; and the last days, newest first."""
    today = dt.datetime.now(VIETNAM).date()
    last = today.replace(day=1) - dt.timedelta(days=1)
    days = [period_of(Kind.DAY, (today - dt.timedelta(days=back)).isoformat()) for back in range(1, days_due + 1)]
    return period_of(Kind.MONTH, f"{last:%Y-%m}"), days


def _days(month: Period, days: Sequence[Period]) -> int:
    return (max(month.until_ms, *(day.until_ms for day in days)) - month.since_ms) // DAY_MS


def _began(database: Path, month: Period, days: Sequence[Period]) -> None:
    """The box makes reports since last month ended at the latest, and has made those of the days that are not due."""
    first_ms = min(month.until_ms - 1, days[-1].since_ms)
    today = dt.datetime.now(VIETNAM).date()
    before = [period_of(Kind.DAY, (today - dt.timedelta(days=back)).isoformat()) for back in range(1, 32)]
    with closing(sqlite3.connect(database)) as store, store:
        store.execute("INSERT INTO meta VALUES ('reports_first_ms', ?)", (str(first_ms),))
        store.executemany(
            "INSERT INTO report (id, kind, period, revision, complete, made_at_ms, made_by, summary, figures, files,"
            " due, state) VALUES (?, 'day', ?, 1, 1, 0, 'x', '[]', '{}', '{}', '{}', 'draft')",
            [(day.stem, day.key) for day in before if day not in days],
        )


def _sent(folder: Path, periods: Sequence[Period], kills: int) -> Seen:
    authority, (port,) = Authority(folder / "pki"), free_ports((0,))
    hub, box = authority.issue(HUB), authority.issue(BOX)
    tls = ("--ca", authority.ca, "--cert", hub.cert, "--key", hub.key)
    serve = python("edge", "hub", "serve", "--folder", folder / "hub", "--listen", f"127.0.0.1:{port}", *tls)
    (folder / "logs").mkdir()
    harness = Harness(folder / "logs")
    try:
        harness.start(Program(HUB, serve, lambda: listens(port)))
        harness.wait_ready(HUB)
        files = ("--ca", authority.ca, "--cert", box.cert, "--key", box.key)
        where = ("--data", folder, "--url", f"https://127.0.0.1:{port}", "--wanted", str(len(periods)))
        done = _lives(python("hil.prove.province.report_box", *where, *files), kills)
        return _judged(folder, periods, _at_hub(authority, port), done)
    finally:
        harness.stop()


def _lives(command: Sequence[str], kills: int) -> int:
    """Started and killed so many times, then left to finish; how many kills there were."""
    chance = random.Random(SEED)
    for _ in range(kills):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(*LIVES_S))
        process.kill()
        process.wait()
    last = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if last.returncode:
        raise BenchUnavailableError(f"the box does not finish: {last.stderr[-600:]}")
    return kills


def _at_hub(authority: Authority, port: int) -> list[dict[str, Any]]:
    """Every event that the province holds of this box."""
    context = ssl.create_default_context(cafile=authority.ca)
    identity = authority.issue("province")
    context.load_cert_chain(identity.cert, identity.key)
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["arrival"] if found else 0
        url = f"https://127.0.0.1:{port}/v1/events?source={SOURCE}&after={after}&limit=500"
        with urllib.request.urlopen(url, context=context, timeout=30) as answer:
            rows = json.load(answer)
        if not rows:
            return found
        found += rows


def _judged(folder: Path, periods: Sequence[Period], events: Sequence[dict[str, Any]], kills: int) -> Seen:
    told = [event["subject"] for event in events if event["type"] == "vn.molang.report.made.v1"]
    ids = [event["id"] for event in events]
    wanted = {period.stem for period in periods}
    rows = _rows(folder)
    return Seen(
        kills,
        len(rows),
        len(wanted - set(told)) + len(wanted - {row["id"] for row in rows}),
        len(told) - len(set(told)) + len(rows) - len(wanted),
        len(ids) - len(set(ids)),
        sum(_is_wrong(folder, row) for row in rows) + _not_at_hub(folder, rows),
    )


def _rows(folder: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(folder / "molang.db")) as store:
        store.row_factory = sqlite3.Row
        return [dict(row) for row in store.execute("SELECT * FROM report WHERE event IS NOT NULL")]


def _is_wrong(folder: Path, row: Mapping[str, Any]) -> bool:
    """A file of a report that is not what its row says."""
    return any(
        hashlib.sha256((folder / "reports" / name).read_bytes()).hexdigest() != sha256
        for name, sha256, _ in json.loads(row["files"]).values()
    )


def _not_at_hub(folder: Path, rows: Sequence[Mapping[str, Any]]) -> int:
    """PDF and workbooks of which the province holds no such bytes."""
    there = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (folder / "hub").rglob("*") if file.is_file()}
    files = [json.loads(row["files"]) for row in rows]
    return sum(one[form][1] not in there for one in files for form in ("pdf", "xlsx"))


def _figures(folder: Path, periods: Sequence[Period]) -> dict[str, Figure]:
    """Each figure of each report against plain SQL, in the data, in the workbook and on paper."""
    figures = wrong = sheet_wrong = words = 0
    for period in periods:
        row = next(row for row in _rows(folder) if row["id"] == period.stem)
        told, truth = json.loads(row["figures"]), counted(folder / "molang.db", period.since_ms, period.until_ms)
        figures += len(truth)
        wrong += sum(not _same(told.get(name), value) for name, value in truth.items())
        files = json.loads(row["files"])
        sheet_wrong += _wrong_in_book(folder / "reports" / files["xlsx"][0], truth)
        words += _missing_words(folder / "reports" / files["pdf"][0], truth, json.loads(row["summary"]))
    return {"figures": figures, "figures_wrong": wrong, "sheets_wrong": sheet_wrong, "words_missing": words}


def _same(told: object, value: float | None) -> bool:
    if value is None or not isinstance(told, int | float):
        return value is None and told is None
    return abs(told - value) < 0.051


def _wrong_in_book(book: Path, truth: Mapping[str, float]) -> int:
    """Sums of whole columns: what somebody who filters and sums would find."""
    found = sheets(book)
    sums = {
        "incidents": _sum(found, "Theo loại", "Số vụ"),
        "incidents_taken": _sum(found, "Theo loại", "Có người nhận"),
        "plays": _sum(found, "Phát thanh, Theo thôn", "Lượt phát"),
        "horn_faults": _sum(found, "Phát thanh, Theo thôn", "Lỗi"),
        "horn_tests": _sum(found, "Thử loa", "Số lần thử"),
        "rain_mm/mua-xa": _sum(found, "Mưa", "Cả kỳ (mm)"),
        "not_reached": _sum(found, "Không liên lạc được", "Số lần"),
    }
    return sum(not _same(value, truth[name]) for name, value in sums.items())


def _sum(found: Mapping[str, list[list[str | float | None]]], sheet: str, column: str) -> float:
    """0 where the sheet was left out: nothing happened."""
    rows = found.get(sheet, [[column]])
    at = rows[0].index(column)
    return sum(value for row in rows[1:] if len(row) > at and isinstance(value := row[at], float))


def _missing_words(pdf: Path, truth: Mapping[str, float], summary: Sequence[str]) -> int:
    """The summary's sentences and the crest, as they stand on paper."""
    text = pdf_words(pdf)
    crest = f"{truth['crest_m/kien-giang']:.2f}".replace(".", ",")
    wanted = [" ".join(line.split()) for line in summary] + [f"{truth['incidents']} sự cố", f"{crest} m", "CHỦ TỊCH"]
    if truth["incidents"] == 0:
        wanted.remove("0 sự cố")
    return sum(words not in text for words in wanted)


def _signed(folder: Path, periods: Sequence[Period]) -> dict[str, Figure]:
    token = make_token(folder / "token")
    valid = agreed = unnoticed = 0
    for period in periods:
        row = next(row for row in _rows(folder) if row["id"] == period.stem)
        draft = folder / "reports" / json.loads(row["files"])["pdf"][0]
        signed = folder / f"{period.stem}.pdf"
        _molang(token, "sign", draft, "--out", signed, *_with(token))
        valid += _verify(token, signed) == 0
        agreed += _pdfsig(signed)
        unnoticed += sum(_verify(token, spoilt) == 0 for spoilt in _spoilt(folder, signed))
    return {"signed_valid": valid, "pdfsig_agrees": agreed, "spoilt_unnoticed": unnoticed}


def _with(token: Token) -> tuple[object, ...]:
    return ("--module", token.module, "--token", LABEL, "--key", KEY, "--pin-file", token.pin_file)


def _molang(token: Token, *words: object) -> int:
    command = python("edge", "reports", *words)
    return subprocess.run(
        command, cwd=ROOT, env=dict(token.env), capture_output=True, timeout=120, check=False
    ).returncode


def _verify(token: Token, file: Path) -> int:
    return _molang(token, "verify", file, "--roots", token.roots)


def _pdfsig(file: Path) -> int:
    """1 when poppler finds the signature valid and over the whole file; it knows nothing of our authorities."""
    if shutil.which("pdfsig") is None:
        raise BenchUnavailableError("pdfsig is not installed (Debian: poppler-utils)")
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, timeout=60, check=False).stdout
    return int("Signature is Valid" in said and "Total document signed" in said)


def _spoilt(folder: Path, signed: Path) -> list[Path]:
    """A byte of the text, a revision more, a byte of the signature."""
    data = signed.read_bytes()
    contents = data.rindex(b"/Contents <")
    files = []
    for number, made in enumerate(
        (_flipped(data, 4_000), data + b"\n1 0 obj\n<<>>\nendobj\n", _flipped(data, contents + 400))
    ):
        files.append(folder / f"spoilt-{number}.pdf")
        files[-1].write_bytes(made)
    return files


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
