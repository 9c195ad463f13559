// The recordings of a camera, below its live picture: choose a day, press a moment, say why once, and it plays.

import { dayStamp, fromField, serverNow } from "./ages.js";
import { doing, get, post, toast } from "./ask.js";
import { byId } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { footage } from "./footage.js";
import { Keeping } from "./keeping.js";
import { t } from "./texts.js";
import { Timeline } from "./timeline.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REFRESH_MS = 30_000;
const NEWS_MS = 1000;
const BEFORE_MS = 3000; // an incident begins before its rule is sure
const MOST_DAYS = 7;
const REASONS = ["Kiểm tra sự cố", "Theo yêu cầu của công an", "Người dân đề nghị", "Kiểm tra camera"]; // kept as written
const { camera } = document.body.dataset;
const here = `/api/cameras/${encodeURIComponent(camera)}`;
const player = footage(camera, { time: (ms) => timeline.setCursor(ms), end: playOn, gone: (ms) => playAt(ms, true) });
const timeline = new Timeline(byId("timeline"), { pick: (ms) => playAt(ms).catch(tell), mark: (name, ms) => keeping.mark(name, ms) });
const keeping = new Keeping(byId("span"), byId("kept"), camera, (marks) => timeline.setMarks(marks), () => timeline.cursor ?? serverNow());
let day = { since: 0, until: 0 };
let spans = [];
let playing = null; // beginning of the hour whose segments the player has
let why = "";
let takeStage = () => {};

const tell = (error) => error && toast(error.message, "bad");
const dayOf = (ms) => fromField(`${dayStamp(ms).slice(0, 10)}T00:00:00`);

async function showDay(since) {
  day = { since, until: since + DAY_MS };
  timeline.setDay(day.since, day.until);
  for (const button of byId("days").querySelectorAll("button")) button.setAttribute("aria-pressed", Number(button.dataset.since) === since);
  byId("date").value = dayStamp(since).slice(0, 10);
  await refresh();
}

async function refresh() {
  const data = await get(`${here}/timeline`, { since_ms: day.since, until_ms: day.until });
  spans = data.spans;
  timeline.setData(data);
  keeping.showPins(data.pins);
}

/** The segments of one hour may be fetched once somebody said why; `again`: the permission for it has ended. */
async function playAt(ms, again = false) {
  const span = spans.find((one) => one.until_ms > ms);
  if (!span) return toast(t("Từ lúc này về sau không có hình ghi trong ngày."), "bad");
  const at = Math.max(ms, span.since_ms);
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  if (hour !== playing || again) {
    const reason = why || (await askWhy());
    if (!reason) return;
    const until = Math.min(hour + HOUR_MS, Math.floor(serverNow())); // nobody may ask to see what has not happened yet
    const { segments } = await post(`${here}/view`, { since_ms: hour, until_ms: until, why: reason });
    why = reason;
    playing = hour;
    takeStage();
    replace(byId("stage"), player.node);
    player.play(segments, at);
  } else {
    if (!player.node.isConnected) {
      takeStage();
      replace(byId("stage"), player.node);
    }
    player.wanted = true;
    player.seek(at);
  }
  timeline.setCursor(at);
}

/** What follows the last segment that the player has: the next hour, or what was recorded meanwhile. */
function playOn() {
  const last = player.items.at(-1).ended_ms;
  if (spans.some((span) => span.until_ms > last + NEWS_MS)) playAt(last, true).catch(tell);
}

function askWhy() {
  const words = el("input", { required: true, maxlength: 500, "aria-label": t("Lý do xem"), placeholder: t("Vì sao cần xem lại?"), name: "why" });
  const quick = REASONS.map((reason) => el("button", { type: "button", class: "quick", onclick: () => { words.value = reason; words.focus(); } }, reason));
  const dialog = el("dialog", { class: "why", "aria-label": t("Lý do xem lại") },
    el("form", { method: "dialog" }, el("h2", {}, icon("list"), t("Lý do xem lại")),
      el("p", { class: "muted" }, t("Mỗi lần xem đều ghi vào nhật ký: ai, đoạn nào, vì sao. Chỉ hỏi một lần trên trang này.")),
      el("div", { class: "quicks" }, quick), words,
      el("div", { class: "why-buttons" }, el("button", { class: "primary", value: "ok" }, t("Xem")), el("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, t("Thôi")))));
  document.body.append(dialog);
  dialog.showModal();
  words.focus();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    dialog.remove();
    answer(dialog.returnValue === "ok" ? words.value.trim() : "");
  }, { once: true }));
}

async function offerDays() {
  const known = await get(`${here}/days`);
  const names = known.slice(0, MOST_DAYS).map((one) => [fromField(`${one.day}T00:00:00`), one.day]);
  const date = el("input", { type: "date", id: "date", "aria-label": t("Ngày khác"), onchange: () => date.value && showDay(fromField(`${date.value}T00:00:00`)).catch(tell) });
  const button = ([since, name]) => doing(since === dayOf(serverNow()) ? t("Hôm nay") : name.slice(8) + "/" + name.slice(5, 7), { "data-since": since, "aria-pressed": false }, () => showDay(since));
  replace(byId("days"), names.map(button), date);
  return names;
}

async function begin() {
  const names = await offerDays();
  const asked = Number(new URLSearchParams(location.search).get("at")) || null;
  await showDay(asked ? dayOf(asked) : (names[0]?.[0] ?? dayOf(serverNow())));
  if (!asked) return;
  timeline.setCursor(asked);
  timeline.show(asked - HOUR_MS, asked + HOUR_MS);
}

function invite() {
  replace(byId("stage"), el("p", { class: "no-picture" }, icon("play"), t("Bấm vào một lúc trên dòng thời gian để xem.")));
}

function shortCut(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, button, dialog")) return;
  if (event.key !== " " || playing === null) return;
  event.preventDefault();
  player.toggle();
}

/** Something else takes the stage: playback pauses where it is. */
export function rest() {
  if (playing !== null && player.wanted) player.toggle();
}

/** Play from a little before this moment, whatever day it was. */
export async function playMoment(ms) {
  try {
    await showDay(dayOf(ms));
    timeline.show(ms - HOUR_MS, ms + HOUR_MS);
    await playAt(ms - BEFORE_MS);
  } catch (error) {
    tell(error);
  }
}

/** `leaveLive()` is called when playback takes the stage; `alone`: nothing stands there yet. */
export function startArchive(leaveLive, alone) {
  takeStage = leaveLive;
  if (alone) invite();
  document.addEventListener("keydown", shortCut);
  begin().catch(tell);
  setInterval(() => day.until > serverNow() && refresh().catch(() => {}), REFRESH_MS);
}
