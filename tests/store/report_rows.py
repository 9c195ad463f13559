"""A row in every table of reports."""

from edge.core.report.period import Kind, period_of
from edge.store.device_states import keep_disk, resume
from edge.store.journal import Tx
from edge.store.reports import File, Made, keep_report


def reports_kept(tx: Tx) -> None:
    """A report of a day that went to the province, and how the box was."""
    resume(tx)
    keep_disk(tx, 1, 2)
    files = {form: File(f"bao-cao.{form}", "0" * 64, 1) for form in ("pdf", "xlsx", "json")}
    period = period_of(Kind.DAY, "2026-11-20")
    made = Made(
        period, 1, complete=True, made_by="Lan", summary=("x",), figures={"incidents": 1}, files=files, to={"tinh": 1}
    )
    keep_report(tx, made, folder="reports")
