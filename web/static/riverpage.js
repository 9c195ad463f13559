// The page of the river: draws the stations, asks again every half minute, and sends readings that somebody takes.

import { ago, fromField, hourMinute, momentWords, setServerTime, startTicking } from "./ages.js";
import { get, post, run, toast, uuid } from "./ask.js";
import { bring } from "./bringing.js";
import { keepDraft } from "./draft.js";
import { el, icon, replace, svg } from "./elements.js";
import { hydroChart } from "./hydro.js";
import { t } from "./texts.js";
import { LEVEL, number, typedNumber } from "./words.js";

const LOOK_MS = 30000;
const SEND_MS = 60000;
const HYSTERESIS_PX = 8;
const TRUST = { sure: [t("Đáng tin"), "check"], old: [t("Số cũ"), "clock"], doubtful: [t("Đáng ngờ"), "moderate"], silent: [t("Không có số mới"), "link-off"], never: [t("Chưa có số đo"), "link-off"] };
const ORIGIN = { gauge: t("trạm của xã"), province: t("trạm của tỉnh"), hand: t("đọc bằng mắt") };
const QUALITY = {
  out_of_range: t("ngoài khoảng đo được"), jump: t("đổi nhanh hơn nước có thể, chưa ai xác nhận"), zero: t("tụt về 0: đứt dây hoặc đầu đo treo lên"),
  stuck: t("nghi trạm bị kẹt: không đổi quá lâu"), late: t("đến muộn, chỉ ghi vào biểu đồ"), clock: t("đồng hồ của trạm sai"), disagrees: t("hai trạm cùng chỗ nói khác nhau"),
};
const QUANTITY = { rain: t("mưa"), rain_counter: t("đếm mưa"), wind: t("gió"), salinity: t("độ mặn"), water_temp: t("nhiệt độ nước"), battery: t("ắc quy"), release: t("đang xả"), release_planned: t("sẽ xả"), pump: t("bơm"), sluice: t("cống") };
const byId = (id) => document.getElementById(id);
const place = byId("stations");
let hours = 24;
let shown = null;
let drawnWide = 0;

function draw() {
  if (!shown) return;
  drawnWide = place.clientWidth;
  const tracks = getComputedStyle(place).gridTemplateColumns.split(" ").length; // those without a station collapse
  const columns = Math.max(1, Math.min(tracks, shown.stations.length));
  const width = Math.max(260, Math.floor((drawnWide - 14 * (columns - 1)) / columns) - 42);
  const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.of));
  replace(place, shown.stations.map((station) => card(station, width, open)));
}

function card(station, width, open) {
  const span = { since: shown.since_ms, until: shown.at_ms };
  return el("article", { class: "sheet station", "data-station": station.id },
    head(station),
    station.level || station.rain ? hydroChart(station, span, width) : null,
    station.level ? key(station) : null,
    station.rain ? el("ul", { class: "sums", "aria-label": t("Lượng mưa") }, station.rain.sums.map(rainSum)) : null,
    others(station),
    marks(station, open),
    el("p", { class: "document" }, paper(station)));
}

function head(station) {
  const { level } = station;
  const [words, sign] = TRUST[station.trust];
  return el("header", { class: "station-head" },
    el("h2", {}, station.name),
    el("p", { class: `station-value ${station.trust}` }, level ? number(level.value) : "–", el("small", {}, " m")),
    el("p", { class: "station-words" },
      el("span", { class: `trust trust-${station.trust}` }, icon(sign), words),
      level && station.trust === "sure" && station.bao_dong_m ? standing(station) : null,
      level ? el("span", { class: "muted" }, `${t("đo")} `, ago(level.at_ms), level.by_user ? t(", %(by_user)s đọc", { by_user: level.by_user }) : "") : null));
}

function standing(station) {
  const number_ = station.bao_dong_m.filter((mark) => station.level.value >= mark).length;
  return el("span", { class: `standing l${number_}` }, LEVEL[number_]);
}

function key(station) {
  const cross = svg("svg", { class: "hydro", viewBox: "0 0 16 16" }, svg("path", { class: "bad-mark", d: "M4,4 L12,12 M4,12 L12,4" }));
  const ring = svg("svg", { class: "hydro", viewBox: "0 0 16 16" }, svg("circle", { class: "hand-mark", cx: 8, cy: 8, r: 5 }));
  const dot = svg("svg", { class: "hydro", viewBox: "0 0 16 16" }, svg("circle", { class: "still-mark", cx: 8, cy: 8, r: 3 }));
  const still = station.bad.filter((one) => one.quality === "stuck").length;
  const entries = [
    station.bad.length > still ? el("span", {}, cross, t("số đáng ngờ, không quyết định gì (%(station)s)", { station: station.bad.length - still })) : null,
    still > 0 ? el("span", {}, dot, t("đứng yên quá lâu, nghi trạm bị kẹt (%(still)s)", { still })) : null,
    station.hand.some((one) => one.quantity === "level") ? el("span", {}, ring, t("người đọc")) : null,
  ].filter(Boolean);
  return entries.length > 0 ? el("p", { class: "key" }, entries) : null;
}

function rainSum(sum) {
  const atLeast = sum.known < 0.95 && sum.mm > 0 ? "≥ " : "";
  const title = `${sum.known < 0.95 ? `${t("Chỉ có số đo của %(known)s % thời gian.", { known: Math.round(sum.known * 100) })} ` : ""}${sum.warning_mm ? t("Mức cảnh báo %(warning_mm)s mm.", { warning_mm: number(sum.warning_mm, 0) }) : ""}`;
  return el("li", { class: sum.reached ? "reached" : "", title },
    el("small", {}, t("mưa %(hours)s giờ", { hours: sum.hours })), el("strong", {}, sum.known === 0 ? "–" : `${atLeast}${number(sum.mm, sum.mm < 10 ? 1 : 0)}`), el("small", {}, sum.warning_mm ? `/ ${number(sum.warning_mm, 0)} mm` : "mm"));
}

function others(station) {
  const rows = station.others.filter((row) => row.quantity !== "rain_counter" && row.quantity !== "rain");
  if (rows.length === 0) return null;
  return el("p", { class: "others" }, rows.map((row) =>
    el("span", { class: "chip", title: QUALITY[row.quality] ?? "" }, `${QUANTITY[row.quantity] ?? row.quantity} ${number(row.value, row.value % 1 === 0 ? 0 : 1)} ${row.unit}`,
      el("small", { class: row.quality === "good" ? "muted" : "bad" }, row.quality === "good" ? hourMinute(row.at_ms) : t("đáng ngờ")))));
}

function marks(station, open) {
  const hands = station.hand.map((row) => el("li", {}, el("time", {}, momentWords(row.at_ms)), el("b", {}, `${number(row.value)} ${row.unit}`),
    el("span", {}, [t("%(by_user)s đọc", { by_user: row.by_user }), row.note].filter(Boolean).join(": "), row.photo ? el("a", { href: `/photos/${row.photo}.jpg`, target: "_blank", rel: "noopener" }, ` ${t("xem ảnh")}`) : null)));
  const bad = station.bad.slice(-20).reverse().map((row) => el("li", {}, el("time", {}, momentWords(row.at_ms)), el("b", { class: "bad" }, `${number(row.value)} m`), el("span", {}, QUALITY[row.quality] ?? row.quality)));
  return [section("hand", t("%(hands)s số đo tay", { hands: hands.length }), hands, station, open), section("bad", t("%(bad)s số đáng ngờ, mới nhất trước", { bad: station.bad.length }), bad, station, open)];
}

function section(kind, title, rows, station, open) {
  const of = `${kind}/${station.id}`;
  return rows.length === 0 ? null : el("details", { "data-of": of, open: open.has(of) }, el("summary", {}, title), el("ol", { class: "marks" }, rows));
}

function paper(station) {
  const parts = [ORIGIN[station.origin] ?? station.origin];
  if (station.beside.length > 1) parts.push(t("kiểm tra nhau: %(beside)s", { beside: station.beside.join(` ${t("và")} `) }));
  if (station.datum) parts.push(t("mốc %(datum)s", { datum: station.datum }));
  if (station.document) parts.push(t("mức báo động theo: %(document)s", { document: station.document }));
  return `${parts.join(" · ")}.`.replace(/^./, (first) => first.toUpperCase());
}

async function look() {
  try {
    shown = await get("/api/river", { hours });
    setServerTime(shown.at_ms);
    draw();
  } catch (error) {
    byId("old").hidden = false;
    byId("old").textContent = t("%(message)s Số trên trang có thể đã cũ.", { message: error.message });
    return;
  }
  byId("old").hidden = true;
}

function choose(event) {
  const button = event.target.closest("[data-hours]");
  if (!button) return;
  hours = Number(button.dataset.hours);
  for (const one of button.parentElement.children) one.setAttribute("aria-pressed", String(one === button));
  look();
}

function handForm(form) {
  const question = byId("give-ask");
  const fields = form.elements;
  keepDraft(form, "reading");
  let wish = null;

  function wanted() {
    const value = typedNumber(fields.value.value, t("Số đọc được phải là một số, ví dụ 3,25."));
    return { id: uuid(), station: fields.station.value, quantity: fields.quantity.value, value, at_ms: fromField(fields.at.value), note: fields.note.value.trim(), photo: null, sure: false };
  }

  async function send() {
    const file = fields.photo?.files[0];
    if (file && !wish.photo) wish.photo = await bring(file, () => {}, "/api/phone/photo");
    const answer = await post("/api/river/readings", wish, AbortSignal.timeout(SEND_MS));
    if (answer.ask) {
      question.querySelector("p").textContent = answer.ask;
      question.hidden = false;
      byId("give-sure").focus();
      return;
    }
    question.hidden = true;
    toast(answer.quality === "late" ? t("Đã ghi vào biểu đồ. Trạm đã có số mới hơn, nên số này không quyết định gì.") : t("Đã nhận số đo."));
    form.reset();
    showPhoto();
    await look();
  }

  const showPhoto = () => byId("give-photo") && replace(byId("give-photo"), fields.photo.files[0]?.name ?? t("Ảnh thước nước"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    question.hidden = true;
    run(event.submitter, async () => {
      wish = wanted();
      await send();
    });
  });
  fields.photo?.addEventListener("change", showPhoto);
  byId("give-not").addEventListener("click", () => {
    question.hidden = true;
    fields.value.select();
  });
  byId("give-sure").addEventListener("click", (event) => run(event.currentTarget, () => {
    wish = { ...wish, sure: true };
    return send();
  }));
}

document.querySelector(".river-spans").addEventListener("click", choose);
if (byId("give-form")) handForm(byId("give-form"));
new ResizeObserver(() => Math.abs(place.clientWidth - drawnWide) > HYSTERESIS_PX && draw()).observe(place);
startTicking();
look();
setInterval(look, LOOK_MS);
