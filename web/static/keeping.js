// Keeping a span beyond its time and cutting it out: the form, and the lists of what was pinned and exported.

import { ago, fromField, momentWords, toField, withSeconds } from "./ages.js";
import { csrfField, doing, get, post, toast, uuid } from "./ask.js";
import { may } from "./desk.js";
import { el, icon, keyed, replace } from "./elements.js";
import { t } from "./texts.js";
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
    replace(lists, el("div", {}, el("h2", {}, icon("pin"), t("Đã ghim")), this.pins), el("div", {}, el("h2", {}, icon("cut"), t("Đã xuất")), this.exports));
    this.loadExports();
    setInterval(() => this.busy && this.loadExports(), POLL_MS);
  }

  build(parent) {
    const field = (name, words) => {
      const input = el("input", { type: "datetime-local", step: "1", onchange: () => this.set(name, fromField(input.value)) });
      const here = el("button", { type: "button", class: "secondary", onclick: () => this.mark(name, this.now()) }, t("Lúc đang xem"));
      return { input, row: el("label", {}, words, input, here) };
    };
    this.fields = { since: field("since", t("Từ")), until: field("until", t("Đến")) };
    this.note = el("p", { class: "muted" }, t("Chọn đầu và cuối đoạn."));
    this.reason = el("input", { maxlength: 500, "aria-label": t("Lý do"), placeholder: t("Lý do giữ lại hoặc xuất") });
    this.days = el("input", { type: "number", min: 1, max: 366, value: 30, "aria-label": t("Số ngày giữ") });
    this.blur = el("input", { type: "checkbox", checked: true });
    replace(parent, el("h2", {}, icon("cut"), t("Giữ lại hoặc xuất một đoạn")), el("div", { class: "keep-form" },
      this.fields.since.row, this.fields.until.row, this.note, this.reason, this.actions()));
  }

  actions() {
    const pin = doing([icon("pin"), t("Ghim giữ lại")], { class: "secondary pin" }, () => this.pin());
    const cut = doing([icon("cut"), t("Xuất ra tệp")], { class: "primary export" }, () => this.export());
    return el("div", { class: "keep-actions" },
      may("PinSpan") ? el("div", {}, pin, el("label", {}, this.days, t("ngày"))) : null,
      may("ExportSpan") ? el("div", {}, cut, el("label", {}, this.blur, t("làm mờ người và xe"))) : null);
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
    this.note.textContent = this.problem() || t("Dài %(until)s (phút:giây).", { until: length(this.marks.until - this.marks.since) });
    this.marked(this.marks);
  }

  problem() {
    const { since, until } = this.marks;
    if (since === null || until === null) return t("Chọn đầu và cuối đoạn.");
    return until > since ? "" : t("Cuối đoạn phải sau đầu đoạn.");
  }

  /** What the server needs to know of the span; fails with a sentence when something is missing. */
  wish() {
    const reason = this.reason.value.trim();
    const problem = this.problem() || (reason ? "" : t("Hãy ghi lý do."));
    if (problem) throw new Error(problem);
    return { id: uuid(), since_ms: this.marks.since, until_ms: this.marks.until, reason };
  }

  async pin() {
    await post(`${this.here}/pins`, { ...this.wish(), days: Number(this.days.value) });
    toast(t("Đã ghim: giữ thêm %(value)s ngày.", { value: this.days.value }));
    await this.reload();
  }

  async export() {
    await post(`${this.here}/exports`, { ...this.wish(), blur: this.blur.checked });
    toast(t("Đã nhận lệnh xuất; tệp sẽ hiện bên dưới khi xong."));
    await this.loadExports();
  }

  async reload() {
    const { since, until } = this.marks;
    const { pins } = await get(`${this.here}/timeline`, { since_ms: since, until_ms: until });
    this.showPins(pins);
  }

  showPins(pins) {
    keyed(this.pins, pins, (pin) => el("li", {},
      el("p", {}, el("strong", {}, spanWords(pin)), ` · ${t("giữ đến %(ends_at_ms)s", { ends_at_ms: momentWords(pin.ends_at_ms) })}`),
      el("p", { class: "muted" }, `${pin.reason} · ${pin.by_user}`),
      may("Unpin") ? doing(t("Bỏ ghim"), { class: "secondary" }, async () => {
        await post(`/api/pins/${encodeURIComponent(pin.id)}/unpin`);
        this.showPins(pins.filter((one) => one.id !== pin.id));
      }) : null));
    if (pins.length === 0) replace(this.pins, el("li", { class: "muted" }, t("Chưa ghim đoạn nào.")));
  }

  async loadExports() {
    const rows = await get(`${this.here}/exports`).catch(() => null);
    if (rows === null) return;
    this.busy = rows.some((row) => row.state === "waiting" || row.state === "working");
    keyed(this.exports, rows, exportRow);
    if (rows.length === 0) replace(this.exports, el("li", { class: "muted" }, t("Chưa xuất đoạn nào.")));
  }
}

const spanWords = ({ since_ms: since, until_ms: until }) => `${momentWords(since)} – ${withSeconds(until)}`;

function exportRow(row) {
  return el("li", { class: `export-${row.state}`, "data-export": row.id },
    el("p", {}, el("strong", {}, spanWords(row)), row.blur ? ` · ${t("đã làm mờ")}` : ` · ${t("không làm mờ")}`, " · ",
      el("span", { class: row.state === "failed" ? "bad" : row.state === "done" ? "ok" : "muted" }, EXPORT[row.state] ?? row.state, row.detail ? `: ${row.detail}` : "")),
    el("p", { class: "muted" }, `${row.reason} · ${row.by_user} · `, ago(row.made_at_ms)),
    row.sha256 ? el("p", { class: "hash" }, "SHA-256 ", el("code", {}, row.sha256)) : null,
    row.state === "done" && may("TakeExport") ? taking(row) : null);
}

/** A form, so that the browser itself keeps the file; each download is an audit line. */
function taking({ id, bytes }) {
  return el("form", { method: "post", action: `/exports/${encodeURIComponent(id)}` }, csrfField(),
    el("button", { class: "secondary" }, icon("down"), t("Tải về (%(bytes)s MB)", { bytes: number(bytes / 1e6, 1) })));
}
