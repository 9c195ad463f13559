"""At a start: what became of the change that the last start was to apply, and what somebody changed by hand."""

import asyncio
from dataclasses import asdict
from functools import partial

from edge.config.form.changes import changes, lines
from edge.config.form.edit import read_tree
from edge.core.errors import FinalError
from edge.settings_book.drafting import sha_of
from edge.settings_book.files import SettingsFiles
from edge.settings_book.trial import Bench
from edge.store.journal import Journal, Tx
from edge.store.settings_versions import (
    APPLIED,
    CANCELLED,
    HAND,
    KEPT,
    REVERTED,
    NewVersion,
    add_version,
    move_version,
    newest_in_effect,
    waiting_version,
)

BOX = "hộp"
NOT_IN_TIME = "Hộp tắt trước khi áp dụng; hãy đổi lại."


async def settle(files: SettingsFiles, bench: Bench, journal: Journal) -> None:
    """Once a start, before the forms are answered."""
    text = await asyncio.to_thread(files.text)
    await asyncio.to_thread(files.keep, text)
    await journal.record(partial(_settle_waiting, sha=sha_of(text)))
    if verdict := bench.verdict():
        await journal.record(partial(_taken_back, seq=verdict.seq, reason=verdict.reason))
        bench.forget_verdict()
    await journal.record(partial(_by_hand, files=files, text=text))


def _settle_waiting(tx: Tx, sha: str) -> None:
    """The file says what the version wanted: it is applied. Else the box went down before that."""
    version = waiting_version(tx.connection)
    if version is not None and version.after_sha == sha:
        move_version(tx, version.seq, APPLIED, BOX, "")
    elif version is not None:
        move_version(tx, version.seq, CANCELLED, BOX, "", NOT_IN_TIME)


def _taken_back(tx: Tx, seq: int, reason: str) -> None:
    move_version(tx, seq, REVERTED, BOX, "", reason[:500])


def _by_hand(tx: Tx, files: SettingsFiles, text: str) -> None:
    """Somebody edited the file: that is a version too, so that it can be seen and taken back."""
    last = newest_in_effect(tx.connection)
    if last is None or last.after_sha == sha_of(text):
        return
    try:
        before = files.kept(last.after_sha)
        found, told = changes(read_tree(before), read_tree(text)), lines(before, text)
    except FinalError:
        found, told = [], []
    rows = [asdict(change) for change in found]
    title = "Sửa tay tệp cấu hình"
    new = NewVersion(tx.new_id(), HAND, title, "", last.after_sha, sha_of(text), rows, told)
    add_version(tx, new, "tệp cấu hình", "", state=KEPT)
