// One indicator: its course, its values, a form for the next one, and taking back a wrong one.

import { serverNow } from "./ages.js";
import { doing, get, post, run, toast } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { indicatorChart } from "./indicatorchart.js";
import { ageWords, dayOf, originWords, standWords, targetWords } from "./indicatorwords.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const HYSTERESIS_PX = 8;
const SHOWN = 24;
const YEARS = [1, 3, 10];
const rights = document.body.dataset.rights.split(" ");
const place = document.getElementById("ind-detail");
let shown = null;
let years = 1;
let wide = 0;

/** Shows the indicator with this id, above the tiles. */
export async function openDetail(id) {
  try {
    shown = await get(`/api/indicators/${id}`, { years });
  } catch (error) {
    toast(error.message, "bad");
    return closeDetail();
  }
  const first = place.dataset.id !== id;
  place.dataset.id = id;
  place.hidden = false;
  draw();
  if (!first) return;
  place.scrollIntoView({ block: "start" });
  place.focus({ preventScroll: true });
}

export function closeDetail() {
  place.hidden = true;
  delete place.dataset.id;
  shown = null;
}

/** The chart again when the page became wider or narrower. */
export function redrawDetail() {
  const chart = place.querySelector(".ind-course");
  if (shown && chart && Math.abs(chart.clientWidth - wide) > HYSTERESIS_PX) replace(chart, course());
}

function draw() {
  const [name, words] = standWords(shown);
  const foot = [targetWords(shown), ageWords(shown, serverNow()), shown.source && t("Nguồn: %(source)s", { source: shown.source })];
  const chart = el("div", { class: "ind-course" });
  replace(place,
    el("header", { class: "ind-detail-head" },
      el("div", {}, el("h2", {}, shown.name), el("p", { class: `ind-stand stands-${shown.stands}` }, icon(name), words), el("p", { class: "muted" }, foot.filter(Boolean).join(" · "))),
      el("p", { class: "ind-big" }, shown.words || "–", shown.share_pct === null ? null : el("small", {}, `${number(shown.share_pct, 1)} %`)),
      el("button", { type: "button", class: "quiet", "aria-label": t("Đóng"), onclick: () => (location.hash = "") }, icon("cross"))),
    spans(), chart, shown.by_hand && rights.includes("GiveIndicator") ? form() : null, table());
  wide = 0;
  replace(chart, course());
}

function spans() {
  return el("div", { class: "ind-spans", role: "group", "aria-label": t("Khoảng thời gian") },
    YEARS.map((count) => el("button", { type: "button", class: "secondary", "aria-pressed": String(count === years), onclick: () => choose(count) }, t("%(n)s năm", { n: count }))),
    el("a", { class: "secondary", href: `/indicators/${shown.id}.csv` }, t("Tải bảng số liệu")));
}

function choose(count) {
  years = count;
  openDetail(shown.id);
}

function course() {
  const chart = place.querySelector(".ind-course");
  wide = chart?.clientWidth ?? 600;
  if (shown.values.length === 0) return el("p", { class: "empty" }, t("Chưa có số liệu nào để vẽ."));
  return indicatorChart(shown, Math.max(280, wide));
}

function form() {
  const value = el("input", { name: "value", required: true, maxlength: 60, autocomplete: "off", placeholder: shown.total ? t("ví dụ 1.632 hoặc 1.632/2.115") : t("ví dụ 98,5") });
  const day = el("input", { name: "day", required: true, maxlength: 40, autocomplete: "off", value: dayOf(serverNow()), "aria-describedby": "ind-day-note" });
  const note = el("input", { name: "note", maxlength: 500, autocomplete: "off", placeholder: t("ví dụ: báo cáo số 12/BC-UBND") });
  const ask = el("div", { class: "ind-ask", role: "alert", hidden: true });
  const send = async (sure) => {
    const answer = await post(`/api/indicators/${shown.id}/values`, { value: value.value, day: day.value, note: note.value, sure });
    ask.hidden = !answer.ask;
    if (answer.ask) return question(ask, answer.ask, () => send(true));
    toast(t("Đã ghi số liệu."));
    changed();
  };
  const node = el("form", { class: "ind-form" },
    el("label", {}, el("span", { class: "field" }, t("Số mới (%(unit)s)", { unit: shown.unit || t("số") })), value),
    el("label", {}, el("span", { class: "field" }, t("Số liệu đến ngày")), day, el("small", { class: "muted", id: "ind-day-note" }, t("31/10/2026, hoặc cả tháng: 10/2026"))),
    el("label", { class: "ind-note" }, el("span", { class: "field" }, t("Ghi chú")), note),
    el("button", { class: "primary" }, t("Ghi số liệu")), ask);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    run(event.submitter, () => send(false));
  });
  return node;
}

function question(place, sentence, sure) {
  replace(place, el("p", {}, sentence), el("div", {},
    doing(t("Đúng, ghi số này"), { class: "primary" }, sure),
    el("button", { type: "button", class: "secondary", onclick: () => (place.hidden = true) }, t("Tôi xem lại"))));
  place.querySelector("button").focus();
}

function changed() {
  openDetail(shown.id);
  dispatchEvent(new Event("indicators-changed"));
}

function table() {
  const rows = shown.values.toReversed();
  if (rows.length === 0) return null;
  const may = shown.by_hand && rights.includes("RemoveIndicatorValue");
  return el("details", { class: "ind-values", open: rows.length <= SHOWN },
    el("summary", {}, t("%(n)s số liệu, mới nhất trước", { n: rows.length })),
    el("ul", {}, rows.slice(0, 200).map((row) => valueRow(row, may))));
}

function valueRow(row, may) {
  const by = [originWords(row), row.note].filter(Boolean).join(" · ");
  const line = el("li", {}, el("span", {}, dayOf(row.at_ms)), el("strong", {}, row.words), el("span", { class: "muted" }, by));
  if (may) line.append(removing(row));
  return line;
}

/** Two presses: the first one asks. */
function removing(row) {
  const label = t("Xoá số ngày %(day)s", { day: dayOf(row.at_ms) });
  const first = el("button", { type: "button", class: "quiet", "aria-label": label, title: label }, icon("cross"));
  first.addEventListener("click", () => {
    const sure = doing(t("Xoá số này"), { class: "secondary ind-remove" }, async () => {
      await post(`/api/indicators/${shown.id}/remove`, { at_ms: row.at_ms });
      toast(t("Đã xoá. Nhật ký vẫn ghi số cũ và người xoá."));
      changed();
    });
    first.replaceWith(sure);
    sure.focus();
    sure.addEventListener("blur", () => !sure.disabled && sure.replaceWith(first));
  });
  return first;
}
