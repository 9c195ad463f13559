"""Runs the phone page with a wild evening until Ctrl-C, to look at: ``python -m tests.web.look_phone FOLDER``."""

import asyncio
import sys
from pathlib import Path

from edge.core.field import Act, Pressed
from edge.core.incident import IncidentKind, Severity
from tests.web.field_box import field_box, pages
from tests.web.scenery_eyes import picture
from tests.web.stage import PASSWORD

UUID = "0c7a3f52-4ce1-4d6c-9d7b-{:012d}"
LONG = "Nguyễn Hoàng Thị Phương Thảo Nguyên (Trưởng ban chỉ huy phòng chống thiên tai)"


async def main(folder: Path, count: int) -> None:
    async with field_box(folder) as box, pages(box, commune="Xã Kiến Giang") as url:
        severities = (Severity.SEVERE, Severity.EXTREME, Severity.MODERATE, Severity.MINOR)
        for number in range(count):
            title = (
                "Nước sông Kiến Giang vượt báo động 2: 2,41 m."
                if number % 2 == 0
                else "Có báo cáo sạt lở đất ở Thôn Đông, đường liên thôn bị chia cắt từ cầu treo đến nhà văn hoá."
            )
            made = await box.happen(
                title, subject=f"x/{number}", severity=severities[number % 4], kind=IncidentKind.REPORT
            )
            await box.field.act(
                made,
                Act.COMING,
                Pressed(
                    UUID.format(number),
                    "Trần Văn Bình",
                    "official",
                    note="Tôi mang thuyền, 0912 345 678",
                    hamlet="dong",
                    waited_ms=720_000,
                ),
            )
            if number % 3 == 1:
                await box.field.act(made, Act.TAKE, Pressed(UUID.format(number + 500), LONG[:60], "official"))
                await box.field.act(
                    made,
                    Act.HELP,
                    Pressed(UUID.format(number + 900), LONG[:60], "official", note="Nước vào nhà, có hai cụ già"),
                )
            await box.ask("UPDATE alert SET state = 'failed' WHERE incident = ? AND person IN ('hoa', 'cuong')", made)
            (folder / "media/stills").mkdir(exist_ok=True, parents=True)
            (folder / "media/stills/a.jpg").write_bytes(picture(40))
            if number == 1:
                await box.ask("UPDATE incident SET still = 'stills/a.jpg' WHERE id = ?", made)
        print(f"{url} password {PASSWORD}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 6))
