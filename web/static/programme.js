// The form of a programme: what, when, where; the clashes are shown before it is saved.

import { hourMinute, serverNow } from "./ages.js";
import { doing, post, toast, uuid } from "./ask.js";
import { byId, mirror, role } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { hamletNames, length, WEEKDAY } from "./words.js";

const PREVIEW_AFTER_MS = 400;
const WEEKS_MS = 30 * 86_400_000;
const ZONE_MS = 7 * 3_600_000;
const READY = ["approved", "aired", "stopped", "airing", "queued", "dropped"];
const VOLUMES = [[0, t("Hết cỡ")], [-3, t("Vừa (−3 dB)")], [-6, t("Nhỏ (−6 dB)")], [-12, t("Rất nhỏ (−12 dB)")]];
const HOLIDAYS = [["usual", t("vẫn phát")], ["skip", t("nghỉ")], ["only", t("chỉ phát ngày lễ")]];
let timer = 0;

/** Opens the form for a programme, or for a new one, with this `notice` if there is one; `saved` is called when it was kept. */
export function openProgramme(programme, data, saved, notice = null) {
  const id = programme?.id ?? uuid();
  const dialog = byId("programme-dialog");
  const form = el("form", { method: "dialog", class: "programme-form" });
  const preview = el("div", { class: "preview-box", "aria-live": "polite" });
  const ready = approved(programme);
  form.append(
    el("h2", {}, programme ? t("Sửa chương trình") : t("Thêm chương trình")),
    field(t("Tên chương trình"), el("input", { name: "title", required: true, maxlength: "120", value: programme?.title ?? "" })),
    partsField(programme, data, ready, notice),
    whenField(programme),
    whereField(programme, data, notice),
    howField(programme),
    preview,
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, t("Đóng")),
      doing([icon("check"), t("Lưu vào lịch")], { class: "primary", id: "programme-save" }, async () => {
        await post(programme ? "/api/programmes/change" : "/api/programmes", { id, wish: wishOf(form) });
        toast(t("Đã lưu “%(value)s” vào lịch.", { value: form.title.value }));
        dialog.close();
        saved();
      })),
  );
  form.addEventListener("input", () => look(form, id, preview));
  form.addEventListener("submit", (event) => event.preventDefault());
  replace(dialog, form);
  dialog.showModal();
  look(form, id, preview);
}

function approved(programme) {
  const known = (mirror.get("bulletins") ?? []).filter((one) => READY.includes(one.state) && one.ms)
    .map((one) => ({ id: one.id, title: one.text.slice(0, 80), ms: one.ms }));
  const used = (programme?.parts ?? []).filter((part) => part.source === "notice" && !known.some((one) => one.id === part.ref));
  return [...known, ...used.map((part) => ({ id: part.ref, title: part.title, ms: part.length_ms }))];
}

const field = (words, ...inputs) => el("label", { class: "form-field" }, el("span", {}, words), inputs);

function options(rows, chosen) {
  return rows.map(([value, words]) => el("option", { value: String(value), selected: String(value) === String(chosen) }, words));
}

function partsField(programme, data, ready, notice) {
  const list = el("ol", { class: "parts" });
  const changed = () => list.dispatchEvent(new Event("input", { bubbles: true }));
  const add = (part) => list.append(partRow(part, data, ready, changed));
  (programme?.parts ?? [{ source: "notice", ref: notice?.id ?? ready[0]?.id ?? "" }]).forEach(add);
  const button = (name, words, part, off) => el("button", { type: "button", class: "secondary", disabled: off, onclick: () => { add(part); changed(); } }, icon(name), words);
  return el("fieldset", {}, el("legend", {}, t("Phát gì, lần lượt")), list,
    ready.length === 0 ? el("p", { class: "warn" }, t("Chưa có bản tin nào được duyệt: chỉ bản tin đã duyệt mới xếp lịch được.")) : null,
    el("div", { class: "part-buttons" },
      button("horn", t("Thêm bản tin"), { source: "notice", ref: ready[0]?.id ?? "" }, ready.length === 0),
      button("radio", t("Thêm tiếp sóng"), { source: "relay", ref: data.radios[0]?.id ?? "", minutes: 30, standby: "" }, data.radios.length === 0 || !data.relays)));
}

function partRow(part, data, ready, changed) {
  const notices = ready.map((one) => [one.id, `${one.title} (${length(one.ms)})`]);
  const remove = el("button", { type: "button", class: "quiet", "aria-label": t("Bỏ mục này"), onclick: () => { row.remove(); changed(); } }, icon("cross"));
  const inputs = part.source === "notice"
    ? [icon("horn"), el("select", { name: "ref", "aria-label": t("Bản tin") }, options(notices, part.ref))]
    : [icon("radio"), el("select", { name: "ref", "aria-label": t("Đài") }, options(data.radios.map((one) => [one.id, t("Tiếp sóng %(name)s", { name: one.name })]), part.ref)),
      el("input", { name: "minutes", type: "number", min: "1", max: "120", value: String(part.minutes ?? 30), "aria-label": t("Số phút") }), t("phút, mất sóng thì phát"),
      el("select", { name: "standby", "aria-label": t("Bản tin thay khi mất sóng") }, options([["", t("không gì cả")], ...notices], part.standby))];
  const row = el("li", { class: "part", "data-source": part.source }, inputs, remove);
  return row;
}

function whenField(programme) {
  const days = programme?.days ?? [0, 1, 2, 3, 4, 5];
  const today = dayOf(serverNow());
  return el("fieldset", {}, el("legend", {}, t("Khi nào")),
    el("div", { class: "day-boxes" }, WEEKDAY.map((words, at) => el("label", {}, el("input", { type: "checkbox", name: "day", value: String(at), checked: days.includes(at) }), el("span", {}, words)))),
    el("div", { class: "form-row" },
      field(t("Giờ phát (cách nhau bằng dấu phẩy)"), el("input", { name: "times", required: true, value: (programme?.times ?? ["05:00", "17:00"]).join(", "), placeholder: "05:00, 17:00" })),
      field(t("Từ ngày"), el("input", { name: "first", type: "date", required: true, value: programme?.first ?? today })),
      field(t("Đến hết ngày"), el("input", { name: "last", type: "date", required: true, value: programme?.last ?? dayOf(serverNow() + WEEKS_MS) })),
      field(t("Ngày lễ, tết"), el("select", { name: "holidays" }, options(HOLIDAYS, programme?.holidays ?? "usual")))),
    field(t("Trừ các ngày (nếu có, dạng 2026-11-23)"), el("input", { name: "except_on", value: (programme?.except_on ?? []).join(", ") })));
}

const dayOf = (ms) => new Date(ms + ZONE_MS).toISOString().slice(0, 10);

function whereField(programme, data, notice) {
  return el("fieldset", {}, el("legend", {}, t("Ở đâu")), hamletBoxes(programme?.hamlets ?? notice?.hamlets ?? ["all"], data.groups));
}

/** One box a hamlet, one for all, and buttons for the groups of the settings. */
export function hamletBoxes(chosen, groups = []) {
  const known = mirror.get("commune")?.hamlets ?? [];
  const box = (id, words) => el("label", {}, el("input", { type: "checkbox", name: "hamlet", value: id, checked: chosen.includes(id) }), el("span", {}, words));
  const node = el("div", { class: "hamlet-boxes" }, box("all", t("Toàn xã")), known.map((hamlet) => box(hamlet.id, hamlet.name)));
  node.append(...groups.map((group) => el("button", { type: "button", class: "quick", onclick: () => choose(node, group.hamlets) }, group.name)));
  return node;
}

function choose(node, hamlets) {
  for (const input of node.querySelectorAll("input")) input.checked = hamlets.includes(input.value);
  node.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The hamlets that are ticked; "all" alone when the whole commune is. */
export function hamletsOf(form) {
  const ticked = [...form.querySelectorAll("[name=hamlet]:checked")].map((input) => input.value);
  return ticked.includes("all") ? ["all"] : ticked;
}

function howField(programme) {
  const leader = role === "leader" || programme?.at_night;
  return el("fieldset", {}, el("legend", {}, t("Thế nào")), el("div", { class: "form-row" },
    field(t("Hạng"), el("select", { name: "priority" }, options([["thuong", t("Thường")], ["uu_tien", t("Ưu tiên")]], programme?.priority ?? "thuong"))),
    field(t("Âm lượng"), el("select", { name: "gain_db" }, options(VOLUMES, programme?.gain_db ?? 0)))),
  el("label", { class: "night" }, el("input", { type: "checkbox", name: "at_night", checked: Boolean(programme?.at_night), disabled: !leader }),
    el("span", {}, t("Được phát cả trong giờ yên tĩnh (chỉ lãnh đạo xã cho phép)"))));
}

function wishOf(form) {
  const list = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);
  return {
    title: form.title.value.trim(),
    parts: [...form.querySelectorAll(".part")].map(partOf),
    days: [...form.querySelectorAll("[name=day]:checked")].map((input) => Number(input.value)),
    times: list(form.times.value).map((time) => time.padStart(5, "0")),
    first: form.first.value,
    last: form.last.value,
    hamlets: hamletsOf(form),
    priority: form.priority.value,
    holidays: form.holidays.value,
    except_on: list(form.except_on.value),
    gain_db: Number(form.gain_db.value),
    at_night: form.at_night.checked,
  };
}

function partOf(row) {
  const value = (name) => row.querySelector(`[name=${name}]`)?.value;
  if (row.dataset.source === "notice") return { source: "notice", ref: value("ref") };
  return { source: "relay", ref: value("ref"), minutes: Number(value("minutes")), standby: value("standby") };
}

function look(form, id, preview) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(form, id, preview), PREVIEW_AFTER_MS);
}

async function ask(form, id, preview) {
  const save = byId("programme-save");
  const missing = firstMissing(form);
  if (missing) {
    save.disabled = true;
    replace(preview, el("p", { class: "muted" }, missing));
    return;
  }
  try {
    const found = await post("/api/programmes/preview", { id, wish: wishOf(form) });
    save.disabled = found.complaints.length > 0;
    replace(preview, previewNodes(found));
  } catch (error) {
    save.disabled = true;
    replace(preview, el("p", { class: "bad" }, error.message));
  }
}

function firstMissing(form) {
  if (form.title.value.trim() === "") return t("Hãy đặt tên chương trình.");
  if (form.querySelectorAll(".part").length === 0) return t("Hãy chọn ít nhất một mục để phát.");
  if (form.querySelectorAll("[name=day]:checked").length === 0) return t("Hãy chọn ngày trong tuần.");
  if (!form.times.value.split(",").every((time) => /^\s*([01]?\d|2[0-3]):[0-5]\d\s*$/.test(time))) return t("Giờ phát viết dạng 05:00, cách nhau bằng dấu phẩy.");
  if (!form.first.value || !form.last.value) return t("Hãy chọn ngày bắt đầu và ngày kết thúc.");
  return hamletsOf(form).length === 0 ? t("Hãy chọn nơi phát.") : "";
}

function previewNodes(found) {
  const commune = mirror.get("commune");
  const line = (kind, name, words) => el("li", { class: kind }, icon(name), el("span", {}, words));
  const rows = [
    ...found.complaints.map((words) => line("bad", "extreme", words)),
    ...together(found.clashes, (clash) => `${hamletNames(clash.hamlets, commune)}: ${clash.words}`, (clash) => clash.from_ms)
      .map(([when, words]) => line("warn", "moderate", `${when}, ${words}`)),
    ...together(found.refused, (one) => t("không được xếp: %(why)s", { why: one.why }), (one) => one.at_ms)
      .map(([when, words]) => line("warn", "cross", `${when} ${words}`)),
  ];
  if (rows.length === 0) rows.push(line("ok", "check", t("Không chồng giờ với gì. Lần đầu: %(found)s.", { found: found.airings[0] ? momentOf(found.airings[0].at_ms) : t("không có trong hai tuần tới") })));
  return [el("h3", {}, t("Nếu lưu")), el("ul", {}, rows)];
}

/** What happens again and again is said once: "05:10 28/11 và 11 lần nữa". */
export function together(rows, words, ms) {
  const found = new Map();
  for (const row of rows) found.set(words(row), [...(found.get(words(row)) ?? []), ms(row)]);
  return [...found].map(([said, times]) => [times.length > 1 ? t("%(times)s và %(times2)s lần nữa", { times: momentOf(times[0]), times2: times.length - 1 }) : momentOf(times[0]), said]);
}

function momentOf(ms) {
  const local = new Date(ms + ZONE_MS).toISOString();
  return `${hourMinute(ms)} ${local.slice(8, 10)}/${local.slice(5, 7)}`;
}
