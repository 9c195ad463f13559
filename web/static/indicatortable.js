// Bringing a table: it is read by the box, shown row by row with every wrong cell, and kept only when all is right.

import { doing, post, toast } from "./ask.js";
import { bring } from "./bringing.js";
import { el, icon, replace } from "./elements.js";
import { dayOf } from "./indicatorwords.js";
import { t } from "./texts.js";

const READ_MS = 45000;
const MOST_BYTES = 2 * 1024 * 1024;
const place = document.getElementById("ind-table");
const field = document.getElementById("ind-file");

/** Answers to the file field, where this person has one. */
export function listenForTables() {
  field?.addEventListener("change", () => field.files[0] && show(field.files[0]));
}

async function show(file) {
  document.getElementById("ind-file-name").textContent = file.name;
  const form = file.name.toLowerCase().endsWith(".csv") ? "csv" : "xlsx";
  replace(place, el("p", { class: "muted" }, t("Đang đọc tệp…")));
  try {
    if (file.size > MOST_BYTES) throw new Error(t("Tệp quá nặng, tối đa 2 MB."));
    const upload = await bring(file, () => {}, "/api/indicators/file");
    const read = await post("/api/indicators/check", { upload, form }, AbortSignal.timeout(READ_MS));
    replace(place, ...found(read, { upload, form, seal: read.seal }));
  } catch (error) {
    replace(place, el("p", { class: "ind-bad", role: "alert" }, icon("moderate"), error.message));
  }
  field.value = "";
}

function found(read, wish) {
  if (read.wrong_count > 0) return [wrong(read), read.rows.length > 0 ? right(read, t("%(n)s dòng đọc được", { n: read.rows.length })) : null];
  if (read.rows.length === 0) return [el("p", { class: "ind-bad" }, icon("moderate"), t("Bảng không có dòng số liệu nào dưới tiêu đề."))];
  const leaps = read.rows.filter(({ leap }) => leap).length;
  return [
    right(read, t("%(n)s dòng đúng, %(same)s dòng đã có trong hộp", { n: read.rows.length, same: read.same })),
    leaps > 0 ? el("p", { class: "ind-warn" }, icon("moderate"), t("%(n)s số khác nhiều so với lần trước, được đánh dấu: hãy xem kỹ.", { n: leaps })) : null,
    keeping(read, wish),
  ];
}

function keeping(read, wish) {
  return el("div", { class: "ind-keep" },
    doing(t("Nhập %(n)s số liệu", { n: read.rows.length - read.same }), { class: "primary", disabled: read.same === read.rows.length }, async () => {
      const { kept } = await post("/api/indicators/import", wish, AbortSignal.timeout(READ_MS));
      replace(place, el("p", { class: "ok" }, icon("check"), ` ${t("Đã nhập %(n)s số liệu.", { n: kept })}`));
      toast(t("Đã nhập %(n)s số liệu.", { n: kept }));
      dispatchEvent(new Event("indicators-changed"));
    }),
    el("button", { type: "button", class: "secondary", onclick: () => replace(place) }, t("Thôi")));
}

function wrong({ wrong: cells, wrong_count: count }) {
  const more = count - cells.length;
  return el("div", { class: "ind-wrong", role: "alert" },
    el("p", { class: "ind-bad" }, icon("moderate"), t("%(n)s ô sai: chưa nhập gì. Sửa trong tệp rồi chọn lại.", { n: count })),
    scroll(el("table", {},
      el("thead", {}, el("tr", {}, [t("Ô"), t("Đang ghi"), t("Vì sao")].map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, cells.map(({ cell, text, why }) => el("tr", {}, el("th", { scope: "row" }, cell), el("td", {}, text || t("(trống)")), el("td", {}, why)))))),
    more > 0 ? el("p", { class: "muted" }, t("và %(n)s ô khác.", { n: more })) : null);
}

function right({ rows }, title) {
  const heads = [t("Dòng"), t("Chỉ tiêu"), t("Số mới"), t("Trước đó"), t("Ngày"), t("Ghi chú")];
  return el("details", { class: "ind-right", open: true }, el("summary", {}, title), scroll(el("table", {},
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((row) => el("tr", { class: row.leap ? "leap" : row.same ? "same" : null },
      el("td", {}, String(row.number)), el("td", {}, row.name), el("td", { class: "n" }, el("strong", {}, row.words), row.leap ? icon("moderate", t("khác nhiều so với trước")) : null),
      el("td", { class: "n" }, row.same ? t("đã có") : row.before_words || "–"), el("td", {}, dayOf(row.at_ms)), el("td", {}, row.note)))))));
}

/** A wide table is moved sideways by keyboard too. */
const scroll = (table) => el("div", { class: "ind-scroll", tabindex: "0", role: "region", "aria-label": t("Bảng trong tệp") }, table);
