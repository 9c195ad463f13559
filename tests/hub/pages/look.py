"""Pictures of every page of the province in light and dark: ``python -m tests.hub.pages.look FOLDER``."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from hil.shots import CHROMIUM, FLAGS
from tests.hub.pages.scenery import COMMUNES, play
from tests.hub.pages.stage import stage

SIZES = ((1920, 1080), (1366, 768), (390, 844))
PAGES = {"toan-tinh": "/", "xa": "/xa/binh-minh", "bao-dong": "/bao-dong", "tram": "/tram", "chua-nghe": "/xa/ven-song"}


async def main(folder: Path) -> None:
    """Every page, at every size, in both schemes."""
    async with stage(folder / "hub", COMMUNES, play) as address, async_playwright() as tools:
        chromium = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        for scheme in ("light", "dark"):
            for width, height in SIZES:
                context = await chromium.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="vi-VN"
                )
                page = await context.new_page()
                for name, path in PAGES.items():
                    await page.goto(address + path)
                    await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if wide > 0:
                        print(f"{name} {width} {scheme}: {wide} px too wide")  # noqa: T201
                await context.close()
        await chromium.close()


if __name__ == "__main__":
    pictures = Path(sys.argv[1])
    pictures.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(pictures))
