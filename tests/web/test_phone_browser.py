"""The phone page in a real Chromium, with the real desks behind it and a link that breaks."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from edge.core.field import Act, Pressed
from tests.web.field_box import FieldBox, field_box, pages
from tests.web.screen import DEADLINE_MS, NEEDS_CHROMIUM, PHONE, browser_page
from tests.web.stage import PASSWORD

pytestmark = NEEDS_CHROMIUM
SMALL = (320, 640)
DESK = (1366, 768)
UUID = "0c7a3f52-4ce1-4d6c-9d7b-{:012d}"
LONG = "Nguyễn Hoàng Thị Phương Thảo Nguyên Trưởng ban chỉ huy"
EVIL = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
SCRIPTS = Path(__file__).parents[2] / "web" / "static"


@pytest_asyncio.fixture(loop_scope="session")
async def box(tmp_path: Path) -> AsyncIterator[tuple[FieldBox, str]]:
    async with field_box(tmp_path) as box, pages(box) as url:
        yield box, url


async def enter(page: Page, url: str, login: str = "binh", where: str = "") -> None:
    """Log in from the page's own door, as an official does."""
    await page.goto(f"{url}/dt/{where}")
    await page.click(".door-in .big")
    await page.fill("input[name=login]", login)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("button.primary")
    await page.wait_for_url("**/dt/*")
    await expect(page.locator("#line")).to_contain_text("Đã nối", timeout=DEADLINE_MS)


async def test_a_press_without_a_link_is_kept_told_honestly_and_sent_when_the_link_is_back(
    box: tuple[FieldBox, str],
) -> None:
    commune, url = box
    incident = await commune.happen("Nước sông vượt báo động 2.")
    async with browser_page(PHONE) as page:
        await enter(page, url)
        await page.click(f'[data-incident="{incident}"]')
        await page.context.route("**/api/phone/**", lambda route: route.abort())
        await page.fill(".extras textarea", "Tôi mang thuyền")
        await page.click(".big.coming")
        await expect(page.locator(".outbox .pending")).to_contain_text("CHƯA GỬI ĐƯỢC")
        await expect(page.locator("#waiting")).to_contain_text("1 việc CHƯA GỬI ĐƯỢC")
        await expect(page.locator("#line")).to_contain_text("MẤT NỐI VỚI XÃ")
        assert await commune.ask("SELECT * FROM incident_act") == []
        await page.reload()  # the shell is kept by the service worker, the press by the phone
        await expect(page.locator("#waiting")).to_contain_text("1 việc CHƯA GỬI ĐƯỢC")
        await page.context.unroute("**/api/phone/**")
        await page.click("#waiting button")
        await expect(page.locator(".outbox .sent")).to_contain_text("đã gửi", timeout=DEADLINE_MS)
        await expect(page.locator("#waiting")).to_be_hidden()
    assert await commune.ask("SELECT act, person, note FROM incident_act") == [("coming", "binh", "Tôi mang thuyền")]


async def test_a_report_with_a_photo_becomes_an_incident_with_a_picture(box: tuple[FieldBox, str]) -> None:
    commune, url = box
    file = io.BytesIO()
    Image.radial_gradient("L").resize((2400, 1800)).convert("RGB").save(file, "JPEG")
    async with browser_page(SMALL) as page:
        await enter(page, url, "hoa")
        await page.click('.tab[href="#bao"]')
        await page.click(".big.send")
        await expect(page.locator("#told")).to_contain_text("Hãy chọn việc gì xảy ra")
        await page.check("input[value=landslide]", force=True)
        photo: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
        await page.set_input_files("input[type=file]", photo)
        await expect(page.locator(".extras")).to_contain_text("Có ảnh")
        await page.click(".big.send")
        await expect(page.locator(".outbox .sent")).to_have_count(2, timeout=DEADLINE_MS)
        await page.click(".card")
        await expect(page.locator("img.photo")).to_be_visible()
    [(title, hamlet, still)] = await commune.ask("SELECT title, hamlet, still FROM incident")
    assert (title, hamlet) == ("Có báo cáo sạt lở đất ở Thôn Đông.", "dong")
    assert Image.open(commune.folder / "media" / still).size == (1600, 1200)


async def test_a_call_for_help_takes_two_presses_and_done_asks_how(box: tuple[FieldBox, str]) -> None:
    commune, url = box
    incident = await commune.happen("Nước sông vượt báo động 2.")
    async with browser_page(PHONE) as page:
        await enter(page, url)
        await page.click(f'[data-incident="{incident}"]')
        await page.click(".big.help")
        await expect(page.locator(".big.help")).to_contain_text("Bấm lần nữa")
        assert await page.locator(".outbox li").count() == 0
        await page.click(".big.help")
        await expect(page.locator(".outbox .sent")).to_have_count(1, timeout=DEADLINE_MS)
        await page.click(".big.done")
        await page.click(".how .quick >> nth=0")
        await expect(page.locator(".outbox .sent")).to_have_count(2, timeout=DEADLINE_MS)
    assert await commune.ask("SELECT act FROM incident_act ORDER BY made_at_ms") == [("help",), ("done",)]


async def test_a_link_leads_through_the_login_to_its_incident_and_leaves_no_token_behind(
    box: tuple[FieldBox, str],
) -> None:
    commune, url = box
    await commune.happen("Có người ở cầu treo.")
    incident = await commune.happen("Nước sông vượt báo động 3.")
    token = commune.link("hoa", incident)
    async with browser_page(PHONE) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await enter(page, url, "official", f"#l/{token}")
        await expect(page.locator("h1")).to_contain_text("báo động 3", timeout=DEADLINE_MS)
        assert token not in page.url
        assert not [address for address in asked if token in address.partition("#")[0]]
        assert await page.evaluate("sessionStorage.length") == 0
        await page.click(".big.take")
        await expect(page.locator(".outbox .sent")).to_have_count(1, timeout=DEADLINE_MS)
    assert await commune.ask("SELECT person FROM incident_act") == [("hoa",)]


async def test_what_people_write_stays_text(box: tuple[FieldBox, str]) -> None:
    commune, url = box
    incident = await commune.happen("Nước sông vượt báo động 2.")
    await commune.field.act(incident, Act.COMING, Pressed(UUID.format(1), EVIL[:80], "official", note=EVIL))
    async with browser_page(PHONE) as page:
        await enter(page, url)
        await page.click(f'[data-incident="{incident}"]')
        await expect(page.locator(".story")).to_contain_text("<script>")
        assert await page.evaluate("window.hacked") is None


async def test_nothing_is_wider_than_the_phone_and_every_button_fits_a_thumb(box: tuple[FieldBox, str]) -> None:
    commune, url = box
    for number in range(20):
        made = await commune.happen(f"Có báo cáo sạt lở đất ở {'đường liên thôn ' * 6}.", subject=f"x/{number}")
    await commune.field.act(made, Act.TAKE, Pressed(UUID.format(1), LONG, "official", note="Dài" * 100))
    await commune.ask("UPDATE alert SET state = 'failed' WHERE person = 'hoa'")
    async with browser_page(SMALL) as page:
        await enter(page, url)
        assert await page.locator(".card").count() == 20
        for where in ("", f"#su-co/{made}", "#bao", "#may"):
            await page.goto(f"{url}/dt/{where}")
            await page.wait_for_selector("#thumb:not([hidden])")
            for width, height in (DESK, PHONE, SMALL):
                await page.set_viewport_size({"width": width, "height": height})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
            for button in await page.locator("#thumb a, #thumb button").all():
                shape = await button.bounding_box()
                assert shape is not None
                assert shape["height"] >= 56
                assert shape["width"] >= 88, "four fit beside each other on 320 px, each as wide as two fingers"
        await page.goto(f"{url}/dt/#su-co/{made}")
        await expect(page.locator(".head .unreached")).to_contain_text("Lê Thị Hoa")


def test_the_scripts_use_nothing_that_phones_of_2018_do_not_know() -> None:
    """Chrome 64: no ?. ?? ||= replaceChildren, .at(), structuredClone, AbortSignal, modules."""
    new = re.compile(
        r"\?\.\w|\?\?|\|\|=|replaceChildren|\.at\(|structuredClone|AbortSignal|^(im|ex)port ", re.MULTILINE
    )
    for script in SCRIPTS.glob("phone*.js"):
        assert not new.search(script.read_text()), script.name


async def test_the_river_is_told_in_words_and_drawn_with_what_comes(box: tuple[FieldBox, str]) -> None:
    _, url = box
    async with browser_page(SMALL) as page:
        await enter(page, url)
        await page.click('.tab[href="#nuoc"]')
        await expect(page.locator(".water-now")).to_contain_text("Trên báo động 2")
        await expect(page.locator(".water-ahead")).to_contain_text("lên báo động 3 từ")
        await expect(page.locator(".water-ahead")).to_contain_text("từ 2,62 đến 3,05 m")
        await expect(page.locator(".water-band")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth") <= SMALL[0]


async def test_whoever_strays_to_the_office_is_told_once_why_he_is_here(box: tuple[FieldBox, str]) -> None:
    _, url = box
    async with browser_page(PHONE) as page:
        await enter(page, url)
        await page.goto(f"{url}/cameras")
        await expect(page.locator("#told")).to_contain_text("chỉ dành cho phòng trực")
        await page.reload()
        await expect(page.locator("#line")).to_contain_text("Đã nối", timeout=DEADLINE_MS)
        await expect(page.locator("#told")).to_be_hidden()
