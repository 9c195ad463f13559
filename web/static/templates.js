// Templates: a leader hears and approves one; whoever is on duty fills its blanks, hears all of it, and airs it.

import { hourMinute, momentWords, serverNow } from "./ages.js";
import { doing, post, run, toast, uuid } from "./ask.js";
import { blankField, boundWords, filled, withBlanks, wrong } from "./blanks.js";
import { byId, may, mirror, startDesk } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { player } from "./player.js";
import { t } from "./texts.js";
import { hamletNames, PRIORITY, TEMPLATE } from "./words.js";

const RENDERING_MS = 25_000; // blanks are spoken before the answer comes
const ORDER = { khan_cap: 0, uu_tien: 1, thuong: 2 };
let chosen = null; // a template
let shown = ""; // what of it is drawn
let heard = null; // what was previewed: the next press airs it
let wish = { id: uuid(), press: uuid() };

function hamlets() {
  const picked = [...byId("hamlets").querySelectorAll("input:checked")].map((box) => box.value);
  return byId("all-hamlets").checked ? ["all"] : picked;
}

function missing() {
  const fault = wrong(byId("blanks"), chosen.blanks);
  if (fault) return fault;
  return hamlets().length === 0 ? t("Chưa chọn nơi phát.") : "";
}

/** Back to the first step: whatever changes must be heard again before it is aired. */
function unsure() {
  heard = null;
  wish = { id: uuid(), press: uuid() };
  byId("sure").hidden = true;
  byId("hear").hidden = false;
  byId("hear").disabled = missing() !== "";
  replace(byId("note"), missing());
  replace(byId("whole"), withBlanks(chosen, filled(byId("blanks"))));
}

function list() {
  const templates = [...(mirror.get("templates") ?? [])].sort((a, b) => ORDER[a.priority] - ORDER[b.priority]);
  byId("none").hidden = templates.length > 0;
  replace(byId("none"), mirror.get("templates") === undefined ? t("Đang tải các mẫu tin…")
    : t("Xã chưa có mẫu tin nào điền được. Lãnh đạo xã thêm ở trang Cài đặt, mục Mẫu tin."));
  const focused = document.activeElement?.closest?.("#list") ? document.activeElement.value : null;
  replace(byId("list"), templates.map((one) => el("li", {}, el("button", {
    type: "button", class: `template prio-${one.priority}`, value: one.id, "aria-pressed": String(chosen?.id === one.id), onclick: () => choose(one, true),
  }, el("strong", {}, one.title), el("span", { class: "chip prio" }, PRIORITY[one.priority]), el("small", { class: `template-state is-${one.state}` }, TEMPLATE[one.state])))));
  if (focused) byId("list").querySelector(`[value="${focused}"]`)?.focus();
  const again = chosen && templates.find((one) => one.id === chosen.id);
  if (again && print(again) !== shown) choose(again, false);
}

const print = (template) => JSON.stringify([template.state, template.seal, template.text, template.blanks, template.newer]);

function choose(template, byHand) {
  chosen = template;
  shown = print(template);
  for (const button of byId("list").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === template.id));
  replace(byId("title"), template.title, el("span", { class: `chip prio prio-${template.priority}` }, PRIORITY[template.priority]));
  replace(byId("approved"), template.state === "approved"
    ? t("%(approved_by)s đã nghe và duyệt lúc %(approved_at_ms)s. Phát xong, lãnh đạo ký xác nhận.", { approved_by: template.approved_by, approved_at_ms: momentWords(template.approved_at_ms) })
    : t("Lời do %(words_by)s duyệt ngày %(words_on)s.", { words_by: template.words_by, words_on: template.words_on.split("-").reverse().join("/") }));
  byId("fill").hidden = template.state !== "approved" || !may("AirTemplate");
  const newer = template.state === "approved" && may("ApproveTemplate") ? template.newer : null;
  byId("judge").hidden = template.state === "approved" && !newer;
  byId("card").hidden = false;
  if (template.state === "approved") drawBlanks(template);
  if (!byId("judge").hidden) drawJudging(template, newer ?? template);
  if (byHand) byId("card").querySelector("#blanks input, #blanks select, .listen")?.focus({ preventScroll: window.innerWidth > 760 });
}

function drawBlanks(template) {
  replace(byId("blanks"), template.blanks.map(blankField));
  replace(byId("times"), Array.from({ length: template.most_times }, (_, index) =>
    el("option", { value: index + 1 }, index === 0 ? t("1 lần") : t("%(index)s lần, cách nhau %(every_min)s phút", { index: index + 1, every_min: template.every_min }))));
  unsure();
}

/** What a leader may hear and approve: the fixed words, or the same ones by another voice than what airs until then. */
function drawJudging(template, offer) {
  byId("judge-newer").hidden = offer === template;
  replace(byId("judge-newer"), offer === template ? "" : t("Có giọng mới (%(voice)s) cho mẫu tin này. Giọng đã duyệt vẫn phát cho đến khi bạn nghe và duyệt giọng mới.", { voice: offer.voice }));
  replace(byId("judge-words"), withBlanks(template, {}));
  replace(byId("judge-bounds"), template.blanks.map((blank) => el("li", {}, boundWords(blank))));
  const actions = byId("judge-actions");
  if (template.state === "rendering") return replace(actions, el("p", { class: "muted" }, t("Máy đang đọc mẫu tin này thành tiếng, xin chờ ít phút.")));
  const approve = doing([icon("check"), t("Duyệt mẫu này")], { class: "primary approve", disabled: true }, async () => {
    await post(`/api/templates/${template.id}/approve`, { seal: offer.seal });
    toast(t("Đã duyệt mẫu “%(title)s”. Từ giờ trực ban điền chỗ trống là phát được ngay.", { title: template.title }));
  });
  const hearing = player(offer.clips, offer.ms, () => {
    approve.disabled = false;
    actions.querySelector(".hear-first")?.remove();
  });
  if (!may("ApproveTemplate")) return replace(actions, hearing, el("p", { class: "muted" }, t("Chờ lãnh đạo xã nghe và duyệt.")));
  replace(actions, hearing, approve, el("span", { class: "muted hear-first" }, t("Nghe trước rồi mới duyệt được.")));
}

function drawHamlets() {
  const kept = hamlets();
  replace(byId("hamlets"), (mirror.get("commune")?.hamlets ?? []).map((hamlet) =>
    el("label", {}, el("input", { type: "checkbox", value: hamlet.id, checked: kept.includes(hamlet.id) || kept.includes("all") }), el("span", {}, hamlet.name))));
}

/** First step: the blanks are spoken, the whole is heard as it will sound. */
async function hear() {
  replace(byId("note"), t("Máy đang đọc các chỗ trống…"));
  try {
    heard = await post("/api/templates/preview", { template: chosen.id, values: filled(byId("blanks")) }, AbortSignal.timeout(RENDERING_MS));
  } finally {
    replace(byId("note"));
  }
  replace(byId("whole"), heard.text);
  replace(byId("heard"), player(heard.clips, heard.ms));
  const times = Number(byId("times").value);
  const last = times > 1 ? t(", %(times)s lần, lần cuối khoảng %(serverNow)s", { times, serverNow: hourMinute(serverNow() + (times - 1) * chosen.every_min * 60_000) }) : t(", một lần");
  replace(byId("sure-words"), t("Phát ra %(hamlets)s%(last)s.", { hamlets: hamletNames(hamlets(), mirror.get("commune")), last }));
  byId("hear").hidden = true;
  byId("sure").hidden = false;
  byId("air").focus();
}

/** Second step. */
async function air() {
  const said = { ...wish, template: chosen.id, values: filled(byId("blanks")), hamlets: hamlets(), times: Number(byId("times").value) };
  await post("/api/templates/air", said, AbortSignal.timeout(RENDERING_MS));
  toast(t("Đã nhận lệnh phát. Lãnh đạo sẽ ký xác nhận sau."));
  drawBlanks(chosen);
}

byId("fill").addEventListener("input", unsure);
byId("all-hamlets").addEventListener("change", (event) => {
  for (const box of byId("hamlets").querySelectorAll("input")) box.checked = event.target.checked;
  unsure();
});
byId("hamlets").addEventListener("change", () => {
  const boxes = [...byId("hamlets").querySelectorAll("input")];
  byId("all-hamlets").checked = boxes.length > 0 && boxes.every((box) => box.checked);
  unsure();
});
byId("back").addEventListener("click", () => {
  unsure();
  byId("blanks").querySelector("input, select")?.focus();
});
byId("fill").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (missing()) return replace(byId("note"), missing());
  await run(heard ? byId("air") : byId("hear"), heard ? air : hear);
});
list();
mirror.on("templates", list);
mirror.on("commune", drawHamlets);
startDesk();
