"""The recorded voice bank: which prompt is kept in which file, and who spoke it."""

from dataclasses import dataclass

from edge.store.journal import Tx


@dataclass(frozen=True, slots=True)
class PromptRow:
    """One recorded prompt; the levels are dBFS of what is kept."""

    key: str
    words: str
    sha256: str
    bytes: int
    ms: int
    peak_db: float
    rms_db: float
    by_user: str
    made_at_ms: int


def put_prompt(tx: Tx, row: PromptRow, role: str) -> None:
    """Keep it in the place of what was recorded before; the audit log names both."""
    before = tx.row("SELECT sha256 FROM bank_prompt WHERE key = ?", row.key)
    tx.run(
        "INSERT OR REPLACE INTO bank_prompt (key, words, sha256, bytes, ms, peak_db, rms_db, by_user, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(row.key, row.words, row.sha256, row.bytes, row.ms, row.peak_db, row.rms_db, row.by_user, tx.now.at_ms),
    )
    replaced = f", thay {before[0]}" if before else ""
    tx.deed(row.by_user, role, "bank.prompt", f"“{row.words}” {row.sha256}{replaced}")


def recorded_prompts(tx: Tx) -> list[PromptRow]:
    """All of them, in the order of their words."""
    rows = tx.run("SELECT key, words, sha256, bytes, ms, peak_db, rms_db, by_user, made_at_ms FROM bank_prompt")
    return sorted((PromptRow(*row) for row in rows), key=lambda row: row.words)
