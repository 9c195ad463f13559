// Templates: choose one, fill its blanks, read what will be said, then air it. Two steps, never one.

import { post, run, toast, uuid } from "./ask.js";
import { byId, may, mirror, startDesk } from "./desk.js";
import { el, replace } from "./elements.js";
import { showStopBar, tickOnAir } from "./stopbar.js";
import { PRIORITY } from "./words.js";

const HOLE = /\{([a-z][a-z0-9_]*)\}/g;
const HINT = {
  level: (blank) => `mét, từ ${comma(blank.low)} đến ${comma(blank.high)}, ví dụ 3,50`,
  discharge: (blank) => `m³/s, từ ${comma(blank.low)} đến ${comma(blank.high)}`,
  count: (blank) => `số nguyên từ ${comma(blank.low)} đến ${comma(blank.high)}${blank.unit ? `, ${blank.unit}` : ""}`,
  time: () => "ví dụ 17h30",
  date: () => "ví dụ 20/11/2026",
  choice: () => "chọn một",
  text: (blank) => `nhiều nhất ${blank.most} chữ`,
};
let chosen = null;
let sure = false;
let wish = { id: uuid(), press: uuid() };

const comma = (number) => String(number).replace(".", ",");
const values = () => Object.fromEntries([...byId("blanks").querySelectorAll("[name]")].map((field) => [field.name, field.value.trim()]));

function hamlets() {
  const picked = [...byId("hamlets").querySelectorAll("input:checked")].map((box) => box.value);
  return byId("all-hamlets").checked ? ["all"] : picked;
}

function missing() {
  const said = values();
  const empty = chosen.blanks.find((blank) => !said[blank.name]);
  if (empty) return `Chưa điền “${empty.label}”.`;
  return hamlets().length === 0 ? "Chưa chọn nơi phát." : "";
}

function field(blank) {
  const facts = { name: blank.name, required: true, autocomplete: "off" };
  const input = blank.kind === "choice"
    ? el("select", facts, el("option", { value: "" }, "…"), blank.choices.map((one) => el("option", { value: one }, one)))
    : el("input", { ...facts, maxlength: blank.kind === "text" ? blank.most : 40, inputmode: ["level", "discharge", "count"].includes(blank.kind) ? "decimal" : "text" });
  return el("label", {}, blank.label, input, el("small", { class: "muted" }, HINT[blank.kind](blank)));
}

function showWhole() {
  const said = values();
  const parts = chosen.text.split(HOLE).map((part, index) => {
    if (index % 2 === 0) return part;
    const blank = chosen.blanks.find((one) => one.name === part);
    return el("mark", {}, said[part] || `… ${blank?.label ?? part} …`);
  });
  replace(byId("whole"), parts);
}

/** Back to the first step: whatever changes must be read again before it is aired. */
function unsure() {
  sure = false;
  byId("back").hidden = true;
  replace(byId("air"), "Xem lại rồi phát");
  byId("air").disabled = missing() !== "";
  replace(byId("note"), missing());
  showWhole();
}

function choose(template) {
  chosen = template;
  wish = { id: uuid(), press: uuid() };
  for (const button of byId("list").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === template.id));
  replace(byId("title"), template.title);
  replace(byId("approved"), `${PRIORITY[template.priority]} · lời do ${template.approved_by} duyệt · lãnh đạo ký xác nhận sau khi phát`);
  replace(byId("blanks"), template.blanks.map(field));
  replace(byId("times"), Array.from({ length: template.most_times }, (_, index) =>
    el("option", { value: index + 1 }, index === 0 ? "1 lần" : `${index + 1} lần, cách nhau ${template.every_min} phút`)));
  byId("fill").hidden = false;
  unsure();
  byId("blanks").querySelector("[name]")?.focus();
}

function drawList() {
  const templates = mirror.get("templates") ?? [];
  byId("none").hidden = templates.length > 0;
  replace(byId("list"), templates.map((template) =>
    el("li", {}, el("button", { type: "button", class: "secondary", value: template.id, "aria-pressed": String(chosen?.id === template.id), onclick: () => choose(template) },
      el("strong", {}, template.title), el("small", {}, PRIORITY[template.priority])))));
}

function drawHamlets() {
  const kept = hamlets();
  replace(byId("hamlets"), (mirror.get("commune")?.hamlets ?? []).map((hamlet) =>
    el("label", {}, el("input", { type: "checkbox", value: hamlet.id, checked: kept.includes(hamlet.id) || kept.includes("all") }), el("span", {}, hamlet.name))));
}

async function air() {
  const times = Number(byId("times").value);
  await post("/api/templates/air", { ...wish, template: chosen.id, values: values(), hamlets: hamlets(), times });
  toast("Đã nhận lệnh phát. Lãnh đạo sẽ ký xác nhận sau.");
  wish = { id: uuid(), press: uuid() };
  choose(chosen);
}

byId("fill").addEventListener("input", () => {
  wish.id = uuid();
  unsure();
});
byId("all-hamlets").addEventListener("change", (event) => {
  for (const box of byId("hamlets").querySelectorAll("input")) box.checked = event.target.checked;
  unsure();
});
byId("back").addEventListener("click", unsure);
byId("fill").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (missing()) return;
  if (!sure) {
    sure = true;
    replace(byId("air"), "PHÁT NGAY");
    byId("back").hidden = false;
    replace(byId("note"), "Đọc kỹ câu trên. Bấm lần nữa thì loa phát ngay.");
    return;
  }
  await run(byId("air"), air);
});
byId("air").hidden = !may("AirTemplate");
mirror.on("templates", drawList);
mirror.on("commune", drawHamlets);
showStopBar(mirror);
startDesk(tickOnAir);
