// The microphone page: where to speak, one big button, the lamp, the meter, and what each horn does.

import { serverNow } from "./ages.js";
import { toast } from "./ask.js";
import { byId, mirror, startDesk } from "./desk.js";
import { el, icon, keyed, replace } from "./elements.js";
import { Microphone, noMicrophone } from "./microphone.js";
import { TalkLine } from "./talkline.js";
import { t } from "./texts.js";
import { HORN, hamletNames, length, number, OUTCOME, TALK_HORN } from "./words.js";

const LINGER_MS = 4000; // after the button is let go the horns stay open: a sentence may go on
const LONGEST_MS = 600_000; // the clocks of box and browser differ a little
const METER_MS = 50;
const PEAK_FALL_DB = 1.2;
const FLOOR_DB = -60;
const STRONGER = new Set(["khan_cap", "live"]);

const microphone = new Microphone();
const line = new TalkLine((sentence) => finish(sentence));
let state = "shut"; // shut, ready, opening, open, muted
let lingering = 0;
let peakDb = FLOOR_DB;
let pressed = false;

/* Where */

const boxes = () => [...byId("hamlets").querySelectorAll("input")];

function hamlets() {
  return byId("all-hamlets").checked ? ["all"] : boxes().filter((box) => box.checked).map((box) => box.value);
}

function drawHamlets() {
  const chosen = new Set(hamlets());
  replace(byId("hamlets"), (mirror.get("commune")?.hamlets ?? []).map((hamlet) =>
    el("label", {}, el("input", { type: "checkbox", value: hamlet.id, checked: chosen.has("all") || chosen.has(hamlet.id) }), el("span", {}, hamlet.name))));
  draw();
}

const meets = (one, other) => one.includes("all") || other.includes("all") || one.some((id) => other.includes(id));

/** What sounds now where this talk would: it gives way, or forbids the talk. */
function rivals() {
  const mine = hamlets();
  return (mirror.get("on_air") ?? []).filter((item) => meets(item.hamlets, mine) && item.order !== ownRow()?.order);
}

function drawTakes() {
  const list = hamlets().length === 0 ? [] : rivals();
  replace(byId("takes"), list.map((item) => STRONGER.has(item.priority)
    ? el("p", { class: "take-bad" }, icon("extreme"), el("span", {}, `${t("Chưa nói được ở đây: đang phát")} `, el("strong", {}, item.title), "."))
    : el("p", { class: "take-warn" }, icon("moderate"), el("span", {}, `${t("Sẽ ngắt tin đang phát:")} `, el("strong", {}, item.title)))));
}

/* The talk */

const ownRow = () => (mirror.get("talks") ?? []).find((row) => row.id === line.id && line.id !== "");

async function openMicrophone() {
  try {
    await microphone.start(byId("quiet").checked, () => finish(t("Micrô vừa bị rút ra."), "shut"));
    state = "ready";
    problem("");
  } catch (error) {
    state = "shut";
    problem(error.message);
  }
  draw();
}

/** What must be mended before one can speak; "" when nothing. */
function missing() {
  if (hamlets().length === 0) return t("Hãy chọn nơi phát.");
  if (rivals().some((item) => STRONGER.has(item.priority))) return t("Loa ở đây đang phát tin khẩn hơn.");
  return "";
}

async function speak() {
  clearTimeout(lingering);
  if (state === "muted") {
    microphone.track.enabled = true;
    state = "open";
    draw();
  }
  if (state !== "ready" || missing()) return;
  if (!microphone.open) await openMicrophone();
  state = "opening";
  problem("");
  draw();
  try {
    const reply = await line.begin(microphone.track, hamlets());
    if (reply.takes_from.length > 0) toast(t("Đã ngắt tin đang phát: %(takes_from)s", { takes_from: reply.takes_from.join("; ") }));
    microphone.track.enabled = true;
    state = "open";
    if (!pressed && !byId("latch").checked) rest();
  } catch (error) {
    state = microphone.open ? "ready" : "shut";
    problem(error.message);
  }
  draw();
}

/** The button was let go: silence at once, the end after a while. */
function rest() {
  if (state !== "open") return;
  microphone.track.enabled = false;
  state = "muted";
  lingering = setTimeout(() => finish(), LINGER_MS);
  draw();
}

function finish(sentence = "", next = "ready") {
  clearTimeout(lingering);
  line.end();
  if (microphone.track) microphone.track.enabled = false;
  state = next === "ready" && !microphone.open ? "shut" : next;
  if (next === "shut") microphone.stop();
  if (sentence) problem(sentence);
  draw();
}

const talking = () => ["opening", "open", "muted"].includes(state);

function hold() {
  pressed = true;
  if (state === "shut") openMicrophone();
  else if (byId("latch").checked && talking()) finish();
  else speak();
}

function letGo() {
  if (!pressed) return;
  pressed = false;
  if (!byId("latch").checked) rest();
}

/** The box ended it: STOP, a stronger notice, its time. */
function followRow() {
  const row = ownRow();
  if (row && row.ended_at_ms !== null && talking() && state !== "opening") finish(row.why || "");
  draw();
}

/* What one sees */

function problem(sentence) {
  byId("problem").hidden = sentence === "";
  replace(byId("problem-words"), sentence);
}

const WORDS = {
  shut: [t("Chưa mở micrô"), t("Mở micrô")],
  ready: [t("Chưa phát"), t("Giữ để nói")],
  opening: [t("Đang mở loa…"), t("Đang mở loa…")],
  waiting: [t("Đang mở loa…"), t("Chờ đèn đỏ")],
  air: [t("ĐANG PHÁT"), t("Thả ra để nghỉ")],
  muted: [t("Micrô tắt, loa còn mở"), t("Giữ để nói tiếp")],
};

function shown() {
  if (state !== "open") return state;
  return ownRow()?.sounds ? "air" : "waiting";
}

function draw() {
  const now = shown();
  const latched = byId("latch").checked;
  document.body.dataset.talk = now;
  byId("lamp-words").textContent = WORDS[now][0];
  byId("press-words").textContent = !latched || now === "shut" ? WORDS[now][1] : talking() ? t("Bấm để dừng") : t("Bấm để nói");
  byId("press").setAttribute("aria-pressed", String(talking()));
  byId("press").disabled = noMicrophone() !== "" || (state === "ready" && missing() !== "");
  byId("where").disabled = talking();
  byId("quiet").disabled = talking();
  replace(byId("how"), state === "ready" && missing() ? missing()
    : latched ? t("Bấm một lần để nói, bấm lần nữa để dừng. Trang bị ẩn hay đóng thì loa tự tắt.")
      : t("Giữ nút, hoặc giữ phím cách, chờ đèn đỏ rồi nói. Thả ra là micrô tắt; sau 4 giây loa tắt."));
  drawTakes();
  drawHorns();
}

function drawHorns() {
  const row = ownRow();
  const mine = hamlets();
  const names = mirror.get("commune");
  const heard = (mirror.get("horns") ?? []).filter((horn) => mine.includes("all") || mine.includes(horn.hamlet));
  const list = heard.map((horn) => ({ ...horn, place: hamletNames([horn.hamlet], names), said: row?.horns[horn.id] ?? "", over: row?.ended_at_ms ?? null, talk: talking() }));
  keyed(byId("talk-horns"), list, hornRow);
  if (list.length === 0) replace(byId("talk-horns"), el("li", { class: "muted" }, t("Chọn thôn để thấy các cụm loa ở đó.")));
}

function hornRow(horn) {
  const live = horn.talk && horn.said;
  const look = !horn.online ? "offline" : live ? (horn.said === "playing" ? "playing" : "idle") : horn.state;
  const words = !horn.online ? HORN.offline : live ? TALK_HORN[horn.said] ?? horn.said : HORN[horn.state] ?? horn.state;
  const after = !horn.talk && horn.over !== null && horn.last && horn.last.at_ms >= horn.over - 60_000 ? horn.last : null;
  return el("li", { class: `horn horn-${look}`, "data-horn": horn.id, "data-said": horn.said },
    el("div", { class: "horn-mark" }, icon(horn.online ? "horn" : "horn-off")),
    el("div", { class: "horn-body" },
      el("p", { class: "horn-name" }, el("strong", {}, horn.name), el("span", { class: "muted" }, horn.place)),
      el("p", { class: "horn-state" }, words),
      after ? el("p", { class: `horn-last ${after.outcome === "PLAYED" ? "ok" : "bad"}` }, icon(after.outcome === "PLAYED" ? "check" : "cross"),
        OUTCOME[after.outcome] ?? after.outcome, after.outcome !== "PLAYED" && after.reason ? `: ${after.reason}` : "") : null));
}

function tickMeter() {
  const db = microphone.open ? microphone.levelDb() : FLOOR_DB;
  peakDb = Math.max(db, peakDb - PEAK_FALL_DB);
  const share = (level) => Math.min(1, Math.max(0, 1 - level / FLOOR_DB));
  byId("meter-bar").style.clipPath = `inset(0 ${100 - 100 * share(db)}% 0 0)`;
  byId("meter-peak").style.left = `${100 * share(peakDb)}%`;
  byId("meter").setAttribute("aria-valuenow", String(Math.round(db)));
  byId("meter").classList.toggle("loud", peakDb > -6);
}

function tick() {
  const row = ownRow();
  byId("left").textContent = talking() && line.untilMs ? t("còn %(min)s", { min: length(Math.min(LONGEST_MS, Math.max(0, line.untilMs - serverNow()))) }) : "";
  const heard = row && row.ended_at_ms === null && row.rms_db !== null ? t("Hộp nghe thấy %(rms_db)s dB", { rms_db: number(row.rms_db, 0) }) : "";
  byId("meter-words").textContent = !microphone.open ? "" : heard || (peakDb < -45 ? t("Micrô gần như không có tiếng.") : peakDb > -6 ? t("To quá: hãy lùi xa micrô.") : t("Mức tiếng tốt."));
}

/* Wires */

byId("press").addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.currentTarget.setPointerCapture(event.pointerId);
  hold();
});
for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) byId("press").addEventListener(kind, letGo);
byId("press").addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch is no menu here
const isSpace = (event) => event.code === "Space" && (event.target === byId("press") || !event.target.closest("input, button, a, textarea"));
document.addEventListener("keydown", (event) => {
  if (!isSpace(event)) return;
  event.preventDefault();
  if (!event.repeat && !byId("press").disabled) hold();
});
document.addEventListener("keyup", (event) => {
  if (!isSpace(event)) return;
  event.preventDefault();
  letGo();
});
window.addEventListener("blur", letGo);
window.addEventListener("pagehide", () => finish("", "shut"));
document.addEventListener("visibilitychange", () => {
  if (document.hidden && talking()) finish(t("Đã tự dừng nói vì trang bị ẩn."));
});
byId("all-hamlets").addEventListener("change", (event) => {
  for (const box of boxes()) box.checked = event.target.checked;
  draw();
});
byId("hamlets").addEventListener("change", () => {
  byId("all-hamlets").checked = boxes().every((box) => box.checked);
  draw();
});
byId("latch").addEventListener("change", draw);
byId("quiet").addEventListener("change", () => state === "ready" && openMicrophone());

mirror.on("commune", drawHamlets);
mirror.on("talks", followRow);
mirror.on("horns on_air", draw);
startDesk(tick);
setInterval(tickMeter, METER_MS);
if (noMicrophone()) problem(noMicrophone());
else navigator.permissions?.query({ name: "microphone" }).then((known) => known.state === "granted" && openMicrophone()).catch(() => {});
draw();
