// Keeps what residents reported, and drafts answers on air.

import { doing, post, run, toast, uuid } from "./ask.js";
import { keepDraft } from "./draft.js";
import { el, replace } from "./elements.js";
import { t } from "./texts.js";

const rights = document.body.dataset.rights.split(" ");
const form = document.getElementById("add");
const number = uuid();
const forget = keepDraft(form, "resident");
form.hidden = !rights.includes("AddReport");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(form.querySelector("button"), async () => {
    await post("/api/residents", { id: number, text: form.elements.text.value.trim(), hamlet: form.elements.hamlet.value });
    forget();
    location.reload();
  });
});

for (const row of document.querySelectorAll(".resident")) {
  if (row.dataset.state !== "settled" && rights.includes("AnswerReport")) row.append(deeds(row));
}

function deeds(row) {
  const place = el("div", {});
  return el("div", {},
    el("div", { class: "resident-deeds" },
      el("button", { type: "button", class: "primary", onclick: () => replace(place, answering(row)) }, t("Trả lời trên loa")),
      el("button", { type: "button", class: "secondary", onclick: () => replace(place, settling(row)) }, t("Đã xong"))),
    place);
}

function answering(row) {
  const bulletin = uuid();
  const words = el("textarea", { rows: 3, maxlength: 2000, "aria-label": t("Câu trả lời"), placeholder: t("Câu trả lời, sẽ phát sau khi lãnh đạo duyệt") });
  const where = el("select", { "aria-label": t("Phát ở đâu") }, new Option(t("Chỉ thôn này"), row.dataset.hamlet), new Option(t("Toàn xã"), "all"));
  const send = doing(t("Soạn thành bản tin"), { class: "primary" }, async () => {
    if (!words.value.trim()) return words.focus();
    const reply = await post(`/api/residents/${row.dataset.id}/answer`, { bulletin, answer: words.value.trim(), priority: "thuong", hamlets: [where.value] });
    toast(reply.complete === false ? t("Đã soạn, nhưng có chỗ chưa đọc được: hãy sửa ở trang Phát thanh.") : t("Đã soạn, đang chờ lãnh đạo duyệt."));
    setTimeout(() => location.reload(), 1500);
  });
  return el("div", { class: "answering" }, words, el("div", { class: "answering-foot" }, el("label", {}, t("Phát ở"), where), send));
}

function settling(row) {
  const how = el("input", { maxlength: 500, "aria-label": t("Đã giải quyết thế nào"), placeholder: t("Đã giải quyết thế nào?") });
  const send = doing(t("Ghi"), { class: "primary" }, async () => {
    if (!how.value.trim()) return how.focus();
    await post(`/api/residents/${row.dataset.id}/close`, { how: how.value.trim() });
    location.reload();
  });
  return el("div", { class: "answering" }, how, el("div", { class: "answering-foot" }, send));
}
