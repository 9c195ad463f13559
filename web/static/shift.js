// Hands a shift over and takes one over. What is written here is kept in this browser until the server has it.

import { doing, get, post, run, toast, uuid } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { startDesk } from "./desk.js";
import { t } from "./texts.js";

const KEPT = "mo-lang-giao-ca";
const EVERY_MS = 30_000;
const form = document.getElementById("hand");
const open = document.getElementById("open");
const number = uuid();

startDesk();
form.elements.notes.value = localStorage.getItem(KEPT) ?? "";
form.elements.notes.addEventListener("input", () => localStorage.setItem(KEPT, form.elements.notes.value));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(form.querySelector("button"), async () => {
    await post("/api/shift/hand-over", { id: number, notes: form.elements.notes.value.trim() });
    localStorage.removeItem(KEPT);
    location.reload();
  });
});
for (const waiting of document.querySelectorAll(".shift-waiting")) {
  const button = waiting.querySelector("[data-take]");
  button.addEventListener("click", () => run(button, async () => {
    await post("/api/shift/take-over", { id: waiting.dataset.id, note: waiting.querySelector("input").value.trim() });
    toast(t("Đã nhận ca."));
    location.reload();
  }));
}
await look();
setInterval(look, EVERY_MS);

async function look() {
  try {
    const { matters } = await get("/api/shift/matters");
    replace(open, matters.length === 0 ? el("p", { class: "calm" }, icon("check"), t("Không có việc nào đang mở."))
      : el("ul", { class: "matters" }, matters.map((one) => el("li", { class: `matter weight-${one.weight}` }, el("a", { href: one.path }, one.sentence)))));
  } catch (error) {
    replace(open, el("div", { class: "failed" }, error.message, doing(t("Thử lại"), { class: "secondary" }, look)));
  }
}
