// Keeping a span beyond its time and cutting it out: the form, and the lists of what was pinned and exported.

import { ago, fromField, momentWords, toField, withSeconds } from "./ages.js";
import { csrfField, doing, get, post, toast, uuid } from "./ask.js";
import { may } from "./desk.js";
import { el, icon, keyed, replace } from "./elements.js";
import { EXPORT, length, number } from "./words.js";

const POLL_MS = 3000;

export class Keeping {
  /** `marked(marks)` hears of a new span, `now()` gives the moment that the player shows. */
  constructor(form, lists, camera, marked, now) {
    this.here = `/api/cameras/${encodeURIComponent(camera)}`;
    this.marked = marked;
    this.now = now;
    this.marks = { since: null, until: null };
    this.pins = el("ul", { class: "pins" });
    this.exports = el("ul", { class: "exports" });
    this.build(form);
    replace(lists, el("div", {}, el("h2", {}, icon("pin"), "Đã ghim"), this.pins), el("div", {}, el("h2", {}, icon("cut"), "Đã xuất"), this.exports));
    this.loadExports();
    setInterval(() => this.busy && this.loadExports(), POLL_MS);
  }

  build(parent) {
    const field = (name, words) => {
      const input = el("input", { type: "datetime-local", step: "1", onchange: () => this.set(name, fromField(input.value)) });
      const here = el("button", { type: "button", class: "secondary", onclick: () => this.mark(name, this.now()) }, "Lúc đang xem");
      return { input, row: el("label", {}, words, input, here) };
    };
    this.fields = { since: field("since", "Từ"), until: field("until", "Đến") };
    this.note = el("p", { class: "muted" }, "Chọn đầu và cuối đoạn.");
    this.reason = el("input", { maxlength: 500, "aria-label": "Lý do", placeholder: "Lý do giữ lại hoặc xuất" });
    this.days = el("input", { type: "number", min: 1, max: 366, value: 30, "aria-label": "Số ngày giữ" });
    this.blur = el("input", { type: "checkbox", checked: true });
    replace(parent, el("h2", {}, icon("cut"), "Giữ lại hoặc xuất một đoạn"), el("div", { class: "keep-form" },
      this.fields.since.row, this.fields.until.row, this.note, this.reason, this.actions()));
  }

  actions() {
    const pin = doing([icon("pin"), "Ghim giữ lại"], { class: "secondary pin" }, () => this.pin());
    const cut = doing([icon("cut"), "Xuất ra tệp"], { class: "primary export" }, () => this.export());
    return el("div", { class: "keep-actions" },
      may("PinSpan") ? el("div", {}, pin, el("label", {}, this.days, "ngày")) : null,
      may("ExportSpan") ? el("div", {}, cut, el("label", {}, this.blur, "làm mờ người và xe")) : null);
  }

  /** One end of the span is at `ms`. */
  mark(name, ms) {
    this.set(name, Math.round(ms / 1000) * 1000);
  }

  set(name, ms) {
    this.marks = { ...this.marks, [name]: ms };
    const { since, until } = this.marks;
    if (since !== null && until !== null && until < since) this.marks = { since: until, until: since };
    for (const [key, { input }] of Object.entries(this.fields)) input.value = this.marks[key] === null ? "" : toField(this.marks[key]);
    this.note.textContent = this.problem() || `Dài ${length(this.marks.until - this.marks.since)} (phút:giây).`;
    this.marked(this.marks);
  }

  problem() {
    const { since, until } = this.marks;
    if (since === null || until === null) return "Chọn đầu và cuối đoạn.";
    return until > since ? "" : "Cuối đoạn phải sau đầu đoạn.";
  }

  /** What the server needs to know of the span; fails with a sentence when something is missing. */
  wish() {
    const reason = this.reason.value.trim();
    const problem = this.problem() || (reason ? "" : "Hãy ghi lý do.");
    if (problem) throw new Error(problem);
    return { id: uuid(), since_ms: this.marks.since, until_ms: this.marks.until, reason };
  }

  async pin() {
    await post(`${this.here}/pins`, { ...this.wish(), days: Number(this.days.value) });
    toast(`Đã ghim: giữ thêm ${this.days.value} ngày.`);
    await this.reload();
  }

  async export() {
    await post(`${this.here}/exports`, { ...this.wish(), blur: this.blur.checked });
    toast("Đã nhận lệnh xuất; tệp sẽ hiện bên dưới khi xong.");
    await this.loadExports();
  }

  async reload() {
    const { since, until } = this.marks;
    const { pins } = await get(`${this.here}/timeline`, { since_ms: since, until_ms: until });
    this.showPins(pins);
  }

  showPins(pins) {
    keyed(this.pins, pins, (pin) => el("li", {},
      el("p", {}, el("strong", {}, spanWords(pin)), ` · giữ đến ${momentWords(pin.ends_at_ms)}`),
      el("p", { class: "muted" }, `${pin.reason} · ${pin.by_user}`),
      may("Unpin") ? doing("Bỏ ghim", { class: "secondary" }, async () => {
        await post(`/api/pins/${encodeURIComponent(pin.id)}/unpin`);
        this.showPins(pins.filter((one) => one.id !== pin.id));
      }) : null));
    if (pins.length === 0) replace(this.pins, el("li", { class: "muted" }, "Chưa ghim đoạn nào."));
  }

  async loadExports() {
    const rows = await get(`${this.here}/exports`).catch(() => null);
    if (rows === null) return;
    this.busy = rows.some((row) => row.state === "waiting" || row.state === "working");
    keyed(this.exports, rows, exportRow);
    if (rows.length === 0) replace(this.exports, el("li", { class: "muted" }, "Chưa xuất đoạn nào."));
  }
}

const spanWords = ({ since_ms: since, until_ms: until }) => `${momentWords(since)} – ${withSeconds(until)}`;

function exportRow(row) {
  return el("li", { class: `export-${row.state}`, "data-export": row.id },
    el("p", {}, el("strong", {}, spanWords(row)), row.blur ? " · đã làm mờ" : " · không làm mờ", " · ",
      el("span", { class: row.state === "failed" ? "bad" : row.state === "done" ? "ok" : "muted" }, EXPORT[row.state] ?? row.state, row.detail ? `: ${row.detail}` : "")),
    el("p", { class: "muted" }, `${row.reason} · ${row.by_user} · `, ago(row.made_at_ms)),
    row.sha256 ? el("p", { class: "hash" }, "SHA-256 ", el("code", {}, row.sha256)) : null,
    row.state === "done" && may("TakeExport") ? taking(row) : null);
}

/** A form, so that the browser itself keeps the file; each download is an audit line. */
function taking({ id, bytes }) {
  return el("form", { method: "post", action: `/exports/${encodeURIComponent(id)}` }, csrfField(),
    el("button", { class: "secondary" }, icon("down"), `Tải về (${number(bytes / 1e6, 1)} MB)`));
}
