"""A database with a row in every table."""

from pathlib import Path

from edge.store.journal import Journal
from tests.store.flood_rows import flood_kept
from tests.store.indicator_rows import indicators_kept
from tests.store.ladder_rows import ladder_kept
from tests.store.media_rows import media_kept
from tests.store.office_rows import office_kept
from tests.store.outbox_rows import outbox_kept
from tests.store.people_rows import accounts_kept
from tests.store.privacy_rows import privacy_kept
from tests.store.province_rows import commands_kept
from tests.store.report_rows import reports_kept
from tests.store.uplink_rows import uplink_kept
from tests.store.village import fill, fill_late
from tests.store.voice_rows import voice_kept
from tests.store.water_rows import field_kept, water_kept


async def fill_all(journal: Journal, clips: Path) -> None:
    """Every subject's rows, in the order in which they lean on each other."""
    await fill(journal, clips)
    await fill_late(journal)
    on_the_water = (voice_kept, ladder_kept, water_kept, field_kept, flood_kept)
    sent = (uplink_kept, media_kept, outbox_kept, reports_kept, commands_kept)
    for kept in (*on_the_water, *sent, accounts_kept, privacy_kept, indicators_kept, office_kept):
        await journal.record(kept)
