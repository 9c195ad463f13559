// Bringing a recording or music: it becomes a bulletin, or the next part of one, and waits for approval like any other.

import { get, post, run, toast, uuid } from "./ask.js";
import { agoWords } from "./ages.js";
import { bring } from "./bringing.js";
import { byId, may, mirror } from "./desk.js";
import { el, icon, keyed, replace } from "./elements.js";
import { t } from "./texts.js";

const GROWING = ["ready", "returned", "approved"];
const LOOK_MS = 3000;
const form = byId("upload-form");
const fields = form.elements;
let looking = 0;

const hamlets = () => (fields.all.checked ? ["all"] : [...byId("upload-hamlets").querySelectorAll("input:checked")].map((box) => box.value));

function drawHamlets() {
  const chosen = hamlets();
  replace(byId("upload-hamlets"), (mirror.get("commune")?.hamlets ?? []).map((hamlet) =>
    el("label", {}, el("input", { type: "checkbox", value: hamlet.id, checked: chosen.includes(hamlet.id) }), el("span", {}, hamlet.name))));
}

function drawBulletins() {
  const growing = (mirror.get("bulletins") ?? []).filter((one) => GROWING.includes(one.state) && one.clips.length > 0);
  const chosen = fields.bulletin.value;
  replace(fields.bulletin, el("option", { value: "" }, t("bản tin mới")), growing.map((one) =>
    el("option", { value: one.id, selected: one.id === chosen }, t("phần tiếp của: %(text)s", { text: one.text.slice(0, 60) }))));
  showFields();
}

function showFile() {
  const [file] = fields.file.files;
  replace(byId("upload-name"), file ? `${file.name}, ${(file.size / 1e6).toFixed(1).replace(".", ",")} MB` : t("chưa chọn"));
}

function showFields() {
  for (const field of form.querySelectorAll("[data-new]")) field.hidden = fields.bulletin.value !== "";
}

async function submit(event) {
  event.preventDefault();
  const appends = fields.bulletin.value !== "";
  if (!appends && hamlets().length === 0) return toast(t("Chưa chọn nơi phát."), "bad");
  await run(event.submitter, async () => {
    const upload = await sent(fields.file.files[0]);
    const before = (mirror.get("bulletins") ?? []).find((one) => one.id === fields.bulletin.value);
    await post("/api/uploads", {
      upload, appends, bulletin: appends ? before.id : uuid(), text: fields.text.value, language: fields.language.value,
      priority: appends ? before.priority : fields.priority.value, hamlets: appends ? before.hamlets : hamlets(),
    });
    toast(t("Đã nhận tệp. Máy đang kiểm tra và chỉnh độ to; xong sẽ hiện ở mục Bản tin để nghe và duyệt."));
    form.reset();
    showFile();
    showFields();
    await look();
  });
  byId("upload-progress").hidden = true;
}

async function sent(file) {
  const progress = byId("upload-progress");
  progress.hidden = false;
  return bring(file, (share) => (progress.value = share));
}

async function look() {
  clearTimeout(looking);
  const rows = (await get("/api/uploads")).slice(0, 6);
  keyed(byId("uploads"), rows, drawRow);
  if (rows.some((row) => row.state === "waiting")) looking = setTimeout(() => look().catch(() => {}), LOOK_MS);
}

function drawRow({ text, state, detail, language, made_at_ms: madeAt }) {
  const [name, kind, words] = { waiting: ["clock", "", t("đang xử lý")], done: ["check", "ok", t("đã thành bản ghi, chờ duyệt")], failed: ["cross", "bad", detail] }[state];
  return el("li", { class: "row" }, icon(name), el("div", {}, el("strong", {}, text), el("p", { class: `${kind} muted` }, `${language} · ${words} · ${agoWords(madeAt)}`)));
}

byId("upload").hidden = !may("UploadRecording");
byId("bank-link").hidden = !may("KeepPrompt");
form.addEventListener("submit", submit);
fields.file.addEventListener("change", showFile);
fields.bulletin.addEventListener("change", showFields);
fields.all.addEventListener("change", () => byId("upload-hamlets").querySelectorAll("input").forEach((box) => (box.checked = fields.all.checked)));
byId("upload").addEventListener("toggle", () => byId("upload").open && look().catch((error) => toast(error.message, "bad")));
mirror.on("commune", drawHamlets);
mirror.on("bulletins", drawBulletins);
