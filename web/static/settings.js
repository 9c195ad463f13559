// The page of the settings: which table, which row, and what waits to be applied. The form itself: settings-form.js.

import { doing, get, toast } from "./ask.js";
import { el, replace } from "./elements.js";
import { startDesk } from "./desk.js";
import { drawForm } from "./settings-form.js";
import { showWaiting } from "./settings-waiting.js";
import { t } from "./texts.js";

const nav = document.getElementById("tables");
const place = document.getElementById("table");
let tables = [];

startDesk();
await readTables();
addEventListener("hashchange", open);
await open();

async function readTables() {
  try {
    const found = await get("/api/settings");
    tables = found.tables;
    showWaiting(found.waiting);
    drawTables();
  } catch (error) {
    replace(nav, el("p", { class: "failed" }, error.message), doing(t("Thử lại"), { class: "secondary" }, readTables));
  }
}

function drawTables() {
  const [table] = wanted();
  const parts = [...new Set(tables.map((one) => one.part))];
  replace(nav, parts.flatMap((part) => [el("h2", {}, part), ...tables.filter((one) => one.part === part).map((one) =>
    el("a", { href: `#${one.name}`, "aria-current": one.name === table ? "page" : null }, one.title, el("small", {}, count(one))))]));
}

function count(one) {
  if (one.rows !== null) return String(one.rows);
  return one.set ? "" : t("chưa dùng");
}

/** The table and row of the address: `#camera/3`, `#camera/new`, `#station`. */
function wanted() {
  const [table = "", row = ""] = location.hash.slice(1).split("/");
  return [table, row === "new" ? -1 : row === "" ? null : Number(row)];
}

async function open() {
  const [table, row] = wanted();
  drawTables();
  if (!table) return;
  replace(place, el("p", { class: "sheet loading" }, t("Đang đọc cấu hình…")));
  try {
    const form = await get(`/api/settings/${table}`, { row });
    if (wanted()[0] !== table || wanted()[1] !== row) return;
    if (form.rows !== null && row === null) drawRows(form);
    else drawForm(place, form, row, changed);
  } catch (error) {
    replace(place, el("div", { class: "sheet" }, el("p", { class: "failed" }, error.message), doing(t("Thử lại"), { class: "secondary" }, open)));
  }
}

function drawRows(form) {
  const names = new Map(form.choices.hamlet);
  replace(place, el("section", { class: "sheet" },
    el("header", { class: "setting-head" }, el("h2", {}, form.title),
      form.may_change ? el("a", { class: "secondary", href: `#${form.table}/new` }, t("Thêm %(row)s", { row: form.row_word })) : null),
    form.may_change ? null : el("p", { class: "muted" }, t("Vai trò của bạn chỉ xem được bảng này.")),
    form.rows.length === 0 ? el("p", { class: "empty" }, t("Chưa có gì trong bảng này.")) : null,
    el("div", { class: "setting-rows" }, form.rows.map((row) => el("a", { href: `#${form.table}/${row.index}` },
      el("strong", {}, row.title), el("small", {}, [row.key !== row.title ? row.key : "", names.get(row.place) ?? ""].filter(Boolean).join(" · ")))))));
}

function changed(reply) {
  toast(reply.why ? `${t("Đã lưu thành bản %(version)s.", { version: reply.version })} ${reply.why}` : t("Đã lưu."));
  showWaiting({ seq: reply.version, why: reply.why });
  location.hash = `#${wanted()[0]}`;
}

