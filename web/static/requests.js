// Persons' requests about their data: kept, answered, done or refused, each with its deadline.

import { doing, get, post, run, toast, uuid } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { may, startDesk } from "./desk.js";
import { t } from "./texts.js";

const HOUR_MS = 3_600_000;
const SOON_MS = 8 * HOUR_MS;
const form = document.getElementById("ask");
const list = document.getElementById("list");
const STATES = { open: t("chưa trả lời"), answered: t("đã trả lời, đang làm"), done: t("đã làm xong"), refused: t("đã từ chối") };
const STEPS = { came: t("nhận yêu cầu"), note: t("ghi chú"), answered: t("trả lời"), done: t("đã làm xong"), refused: t("từ chối") };
const CHIPS = { open: "chip-info", answered: "chip-warn", done: "chip-ok", refused: "" };
let number = uuid();

startDesk();
form.elements.came.value = localInput(Date.now());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(form.querySelector("button"), add);
});
if (may("ListRequests")) await draw();

async function add() {
  const { who, reach, kind, about, came } = form.elements;
  const asked = { id: number, who: who.value.trim(), reach: reach.value.trim(), kind: kind.value, about: about.value.trim(), came_at_ms: new Date(came.value).getTime() };
  const reply = await post("/api/requests", asked);
  toast(t("Đã ghi, số %(number)s. Phải trả lời trước %(due)s.", { number: reply.number, due: words(reply.due_ms) }));
  number = uuid();
  form.reset();
  form.elements.came.value = localInput(Date.now());
  if (may("ListRequests")) await draw();
}

async function draw() {
  try {
    const found = await get("/api/requests");
    if (found.rows.length === 0) return replace(list, el("p", { class: "sheet empty" }, t("Chưa có yêu cầu nào.")));
    replace(list, el("ol", { class: "office-list" }, found.rows.map((row) => drawRow(row, found.now_ms))));
  } catch (error) {
    replace(list, el("div", { class: "sheet failed" }, error.message, doing(t("Thử lại"), { class: "secondary" }, draw)));
  }
}

function drawRow(row, nowMs) {
  const left = row.due_ms - nowMs;
  const pressing = row.state !== "open" ? "" : left < 0 ? "ask-late" : left < SOON_MS ? "ask-soon" : "";
  const deeds = el("div", { class: "office-foot" });
  if (may("StepRequest") && row.closed_at_ms === null) replace(deeds, ...deedsOf(row));
  return el("li", { class: `sheet ask-row ${pressing}` },
    el("header", {}, el("h2", {}, t("Số %(number)s", { number: row.number }), " · ", kindWords(row.kind)), el("span", { class: `chip ${CHIPS[row.state]}` }, STATES[row.state])),
    row.state === "open" ? el("p", { class: left < 0 ? "ask-due bad" : "ask-due" }, icon("clock"), " ", dueWords(row.due_ms, left)) : null,
    el("p", { class: "ask-words" }, row.about || t("(nội dung đã xoá theo hạn lưu)")),
    el("p", { class: "muted" }, row.who ? `${row.who} · ${row.reach}` : t("Tên và cách liên lạc đã xoá theo hạn lưu."), " · ", t("nhận lúc %(at)s", { at: words(row.came_at_ms) })),
    el("ul", { class: "ask-steps" }, row.steps.map((step) => el("li", {}, `${words(step.at_ms)} · ${step.by_user} · ${STEPS[step.kind]}${step.words ? `: ${step.words}` : ""}`))),
    deeds);
}

const kindWords = (kind) => form.elements.kind.querySelector(`option[value="${kind}"]`)?.textContent ?? kind;

function dueWords(dueMs, left) {
  const at = words(dueMs);
  if (left < 0) return t("Quá hạn trả lời từ %(at)s", { at });
  return left < SOON_MS ? t("Phải trả lời hôm nay, trước %(at)s", { at }) : t("Trả lời trước %(at)s", { at });
}

function deedsOf(row) {
  const input = el("input", { maxlength: 2000, "aria-label": t("Đã làm gì, hoặc lý do"), placeholder: t("Đã làm gì, hoặc lý do") });
  const deed = (kind, label, look) => doing(label, { class: look }, async () => {
    if (!input.value.trim()) return input.focus();
    await post("/api/requests/step", { id: row.id, kind, words: input.value.trim() });
    await draw();
  });
  return [input,
    row.state === "open" ? deed("answered", t("Đã trả lời"), "primary") : null,
    deed("done", t("Đã làm xong"), row.state === "open" ? "secondary" : "primary"),
    deed("refused", t("Từ chối"), "secondary"),
    deed("note", t("Ghi chú"), "quiet")].filter(Boolean);
}

const words = (ms) => new Date(ms).toLocaleString("vi-VN", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" });

function localInput(ms) {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
