"""The head of a hamlet with her phone: trusts the box, is told of the river by SMS, answers, sees what comes."""

import re
import ssl

import cv2
import numpy as np
from playwright.sync_api import Error, Page

from hil import rising_river
from hil.browser import PHONE
from hil.device_control import tell_devices
from hil.insiders import PASSWORD, make_account
from hil.links import Link
from hil.observed import Observed, Seen
from hil.phones import subscriber
from hil.prove.people.story import Scene, Story, must, no_sideways, told, until

LOGIN, NAME, PERSON, NUMBER = "em", "Hoàng Văn Em", "thon-nam", "0912000105"
RIVER_S = 60.0
"""After the start of its gauge the river is at báo động 1."""
NOTE = "Tôi mang thuyền ra bến đò."
ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
NARROW = 320
NEWER_M = 0.1
"""The page asks every half minute; the box looks ahead once a minute."""
PAGES = ("/panel", "/cameras", "/cameras/cam-1", "/river", "/incidents", "/audit", "/people", "/settings", "/wall")
QUESTIONS = ("/api/state", "/api/incidents", "/api/river", "/api/cameras/cam-1/days", "/api/shift/matters")
VIEWS = ("", "#bao", "#nuoc", "#may")
ASK = """async (path) => {
  const answer = await fetch(path);
  return [answer.status, (await answer.json().catch(() => ({}))).loi ?? ""];
}"""
GROUND = "() => getComputedStyle(document.body).backgroundColor"
LETTERS = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


def story_official() -> Link:
    """From a phone that trusts nobody to an answer that the box has, the river, the right pages, English, the dark."""
    wave_h = rising_river.wave_age_h(RIVER_S)
    return told("story_official", _tell, wave_h=wave_h)


def _tell(story: Story, scene: Scene) -> None:
    make_account(scene.commune.control_socket, LOGIN, NAME, "official", PASSWORD)
    _trusts_the_box(story, scene)
    phone = scene.page("phone", PHONE, user_agent=ANDROID, is_mobile=True, has_touch=True)
    _logs_in(story, scene, phone)
    incident = _is_told(story, scene, phone)
    _answers(story, scene, phone, incident)
    _sees_the_river(story, scene, phone)
    _knows_her_place(story, scene, phone)
    _looks_as_she_wants(story, scene, phone)
    _fits(story, scene, phone, incident)


def _trusts_the_box(story: Story, scene: Scene) -> None:
    size = {"width": PHONE.width, "height": PHONE.height}
    looks = {"viewport": size, "is_mobile": True, "has_touch": True, "locale": "vi-VN"}
    stranger = scene.stranger()
    page = story.watch("a new phone", stranger.new_context(**looks, user_agent=ANDROID).new_page())  # type: ignore[arg-type]  # playwright's own TypedDicts
    with story.step("a new phone trusts nobody, and the plain page says what to do", page):
        must("a stranger's phone opened the safe page", _refused(page.context.new_page(), scene.lan.origin))
        page.goto(f"{scene.lan.plain}/ca")
        must("the steps for Android are open", page.locator("#android[open] li").count() == 5)
        must("no page says that it trusts already", not page.locator("#trusted").is_visible())
        no_sideways(page)
        code = _code_on(page)
        must(f"the code leads to {code!r}, not here by address", code == f"http://{scene.lan.box}/ca")
        page.goto(code)
        must("another page stands there", page.locator("#android[open] li").count() == 5)
    with story.step("takes the certificate, and it is the commune's", page):
        with page.expect_download() as got:
            page.click("a.ca-take")
        ours = ssl.PEM_cert_to_DER_cert(scene.commune.browser_ca.read_text())
        must("another certificate came", got.value.path().read_bytes() == ours)
    apple = story.watch("an iPhone", stranger.new_context(**looks, user_agent=IPHONE).new_page())  # type: ignore[arg-type]  # as above
    with story.step("an iPhone has its own steps", apple):
        apple.goto(f"{scene.lan.plain}/ca")
        apple.wait_for_selector("#ios[open]")
        no_sideways(apple)
    for one in (page, apple):
        one.context.close()
    del story.pages["a new phone"], story.pages["an iPhone"]


def _refused(page: Page, address: str) -> bool:
    try:
        page.goto(f"{address}/dt/")
    except Error as error:
        return "ERR_CERT_AUTHORITY_INVALID" in str(error)
    return False


def _code_on(page: Page) -> str:
    """What a phone's camera reads from the screen."""
    picture = page.locator(".ca-code img").screenshot()
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR))
    return str(read)


def _logs_in(story: Story, scene: Scene, phone: Page) -> None:
    with story.step("logs in with nothing installed", phone):
        phone.goto(f"{scene.commune.web_url}/dt/")
        phone.click("a.big.send")
        no_sideways(phone)
        phone.fill("input[name=login]", LOGIN)
        phone.fill("input[name=password]", PASSWORD)
        phone.click("button.primary")
        phone.wait_for_url("**/dt/")
        phone.wait_for_selector("#line.up")
        must("the phone knows who he is", NAME in phone.inner_text("#who"))


def _is_told(story: Story, scene: Scene, phone: Page) -> str:
    with story.step("an SMS tells him of the river", phone):
        question = "SELECT id, place FROM incident WHERE kind = 'flood_level' AND state = 'open'"
        incident, place = until("an incident of the river", lambda: scene.rows(question), 90)[0]
        sms = scene.commune.observed.wait(30, lambda seen: _to(NUMBER, seen))
        must("no SMS came to him", sms)
        text = str(sms.facts["text"]) if sms else ""
        story.figures["sms"] = text
        must(f"the SMS names the river: {text}", "Sông Minh" in text or str(place) in text)
        phone.wait_for_selector(f"[data-incident='{incident}']", timeout=20_000)
    return str(incident)


def _to(number: str, seen: Observed) -> Seen | None:
    return next((one for one in seen.some("sms") if str(one.facts["number"]).endswith(subscriber(number))), None)


def _answers(story: Story, scene: Scene, phone: Page, incident: str) -> None:
    how = "SELECT how, via FROM answer WHERE incident = ? AND person = ? ORDER BY number"
    with story.step("answers the SMS, and the box knows"):
        tell_devices(scene.commune.layout.devices, f"sms +84{subscriber(NUMBER)} 1")
        until("his answer", lambda: scene.rows(how, incident, PERSON) == [("taken", "sms")])
    with story.step("opens the incident and says that he is coming", phone):
        phone.tap(f"[data-incident='{incident}']")
        phone.wait_for_selector(".head h1")
        until("his SMS stands in the story", lambda: f"{NAME} nhận việc" in phone.inner_text(".story"), 20)
        story.keep(phone, "the incident")
        no_sideways(phone)
        phone.fill(".extras textarea", NOTE)
        phone.tap("[data-act=coming]")
        note = "SELECT how FROM answer WHERE incident = ? AND person = ? AND note LIKE ?"
        until("his note", lambda: scene.rows(note, incident, PERSON, f"{NOTE}%") == [("on_my_way",)])
        until("the phone says it was sent", lambda: "đã gửi" in phone.inner_text(".outbox .sent"))
        alert = "SELECT state FROM alert WHERE incident = ? AND person = ?"
        must("he is called no more", scene.rows(alert, incident, PERSON) == [("taken",)])


def _sees_the_river(story: Story, scene: Scene, phone: Page) -> None:
    with story.step("sees the river and what comes", phone):
        phone.tap("a.back")
        phone.tap(".tabs [href='#nuoc']")
        phone.wait_for_selector(".water.level-1")
        until("the forecast", lambda: phone.locator(".water-band").count() == 1, 70)
        shown = float(phone.inner_text(".water-now strong").split()[0].replace(",", "."))
        real = scene.rows("SELECT value FROM reading WHERE quantity = 'level' ORDER BY at_ms DESC LIMIT 1")[0][0]
        must(f"the page says {shown} m, the gauge {real} m", abs(shown - real) < 0.03)
        foreseen = next(one for one in scene.commune.state()["flood"]["outlooks"] if one["level_m"] is not None)
        words = phone.inner_text(".water-ahead")
        edges = [float(one.replace(",", ".")) for one in re.findall(r"\d+,\d\d", words)[-2:]]
        story.figures["forecast"] = words
        far = [abs(shown - foreseen[edge]) for shown, edge in zip(edges, ("low_m", "high_m"), strict=True)]
        must(f"{words!r} is not the box's forecast {foreseen}", max(far) < NEWER_M)
        must("it is rising", foreseen["rate_m_h"] > 0.1 and "Nước lên" in phone.inner_text(".water-moves"))


def _knows_her_place(story: Story, scene: Scene, phone: Page) -> None:
    with story.step("is led home from every page that is not his, and told so", phone):
        for path in PAGES:
            answer = phone.goto(f"{scene.commune.web_url}{path}")
            must(f"{path} opened", answer and phone.url.split("#")[0].endswith("/dt/"))
            until(f"{path}: a word on why", lambda: "phòng trực" in phone.inner_text("#told"), 5)
        for path in QUESTIONS:
            status, words = phone.evaluate(ASK, path)
            must(f"{path}: {status} {words!r}", status == 403 and "điện thoại" in words)


def _looks_as_she_wants(story: Story, scene: Scene, phone: Page) -> None:
    with story.step("works in English", phone):
        phone.goto(f"{scene.commune.web_url}/dt/#may")
        phone.tap("button:has-text('English')")
        phone.wait_for_selector("html[lang=en] #line.up")
        phone.goto(f"{scene.commune.web_url}/dt/#nuoc")
        phone.wait_for_selector(".water-now b")
        chrome = [phone.inner_text(one) for one in ("#line", ".tabs", ".water-now b", ".water-ahead", ".water-age")]
        must(f"Vietnamese is left: {chrome}", not any(LETTERS.search(words) for words in chrome))
    with story.step("works in the dark", phone):
        light = phone.evaluate(GROUND)
        phone.goto(f"{scene.commune.web_url}/dt/#may")
        phone.tap("button:has-text('Dark')")
        phone.wait_for_selector("html[data-theme=dark] #line.up")
        must(f"the ground was {light}, is {phone.evaluate(GROUND)}", phone.evaluate(GROUND) != light)


def _fits(story: Story, scene: Scene, phone: Page, incident: str) -> None:
    with story.step("nothing runs off the edge, on a small phone either", phone):
        for width in (PHONE.width, NARROW):
            phone.set_viewport_size({"width": width, "height": PHONE.height})
            for view in (*VIEWS, f"#su-co/{incident}"):
                phone.goto(f"{scene.commune.web_url}/dt/{view}")
                phone.wait_for_timeout(300)
                no_sideways(phone)
                story.keep(phone, f"{width} {view or 'list'}")
