// A day of recordings as a line: what is there, where something moved, incidents, pins, and where the player stands.

import { hourMinute, withSeconds } from "./ages.js";
import { el, icon, replace, svg } from "./elements.js";
import { t } from "./texts.js";

const HOUR_MS = 3_600_000;
const CLOSEST_MS = 10 * 60_000;
const HEIGHT = 92;
const BAR = { y: 24, height: 30 };
const STEPS_MS = [60_000, 5 * 60_000, 15 * 60_000, 30 * 60_000, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS];
const TICK_PX = 58;
const STILL_PX = 4; // a pointer that moved less has clicked

export class Timeline {
  /** `handlers`: pick(ms), mark("since"|"until", ms). */
  constructor(parent, handlers) {
    this.handlers = handlers;
    this.data = { spans: [], incidents: [], pins: [] };
    this.cursor = null;
    this.marks = { since: null, until: null };
    this.line = svg("svg", { class: "timeline", tabindex: "0", role: "slider", "aria-valuenow": 0, "aria-label": t("Dòng thời gian: mũi tên để đi, Enter để phát, I và O để chọn đoạn") });
    replace(parent, this.buttons(), this.line, legend());
    this.line.addEventListener("pointerdown", (event) => this.drag(event));
    this.line.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.line.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.line);
  }

  buttons() {
    const button = (words, label, action) => el("button", { type: "button", class: "quiet", "aria-label": label, title: label, onclick: action }, words);
    this.range = el("span", { class: "timeline-range muted" });
    return el("div", { class: "timeline-buttons" }, this.range,
      button("−", t("Thu nhỏ"), () => this.zoom(2)), button("+", t("Phóng to"), () => this.zoom(0.5)), button(t("24 giờ"), t("Cả ngày"), () => this.show(this.day.since, this.day.until)));
  }

  /** Another day, whole. */
  setDay(since, until) {
    this.day = { since, until };
    const seconds = { min: since, max: until, now: this.cursor ?? since };
    for (const [name, ms] of Object.entries(seconds)) this.line.setAttribute(`aria-value${name}`, Math.round(ms / 1000));
    this.show(since, until);
  }

  setData(data) {
    this.data = data;
    this.draw();
  }

  setCursor(ms) {
    this.cursor = ms;
    const span = this.until - this.since;
    if (ms > this.until && span < this.day.until - this.day.since) return this.show(ms - span / 10, ms + span * 0.9);
    this.drawCursor();
  }

  setMarks(marks) {
    this.marks = marks;
    this.draw();
  }

  show(since, until) {
    const span = Math.min(Math.max(until - since, CLOSEST_MS), this.day.until - this.day.since);
    this.since = Math.min(Math.max(since, this.day.since), this.day.until - span);
    this.until = this.since + span;
    this.draw();
  }

  zoom(times, around = this.cursor ?? (this.since + this.until) / 2) {
    const centre = around >= this.since && around <= this.until ? around : (this.since + this.until) / 2;
    this.show(centre - (centre - this.since) * times, centre + (this.until - centre) * times);
  }

  x(ms) {
    return ((ms - this.since) / (this.until - this.since)) * this.width;
  }

  ms(x) {
    return Math.round(this.since + (x / this.width) * (this.until - this.since));
  }

  draw() {
    this.width = this.line.clientWidth;
    if (!this.width || !this.day) return;
    this.line.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    this.cursorLine = svg("g", { class: "cursor" });
    replace(this.line, this.ticks(), svg("rect", { class: "none", x: 0, width: this.width, ...BAR }),
      this.bars("recorded", this.data.spans),
      this.bars("moved", this.data.spans.filter((span) => span.moved)),
      this.bars("somebody", this.data.spans.filter((span) => span.importance >= 2)),
      this.bars("pinned", this.data.pins.map((pin) => ({ since_ms: pin.since_ms, until_ms: pin.until_ms })), { y: 72, height: 5 }),
      this.selection(), this.flags(), this.cursorLine);
    for (const [name, ms] of [["min", this.day.since], ["max", this.day.until]]) this.line.setAttribute(`aria-value${name}`, ms / 1000);
    this.range.textContent = `${hourMinute(this.since)} – ${this.until === this.day.until ? "24:00" : hourMinute(this.until)}`;
    this.drawCursor();
  }

  /** One path for all spans of a kind: thousands of them are drawn at once. */
  bars(kind, spans, { y, height } = BAR) {
    const seen = spans.filter((span) => span.until_ms > this.since && span.since_ms < this.until);
    const parts = seen.map((span) => {
      const left = Math.max(0, this.x(span.since_ms));
      const wide = Math.max(1, Math.min(this.width, this.x(span.until_ms)) - left);
      return `M${left.toFixed(1)} ${y}h${wide.toFixed(1)}v${height}h${(-wide).toFixed(1)}z`;
    });
    return svg("path", { class: kind, d: parts.join("") });
  }

  ticks() {
    const step = STEPS_MS.find((one) => this.x(this.since + one) >= TICK_PX) ?? STEPS_MS.at(-1);
    const first = Math.ceil((this.since - this.day.since) / step) * step + this.day.since;
    const at = [];
    for (let ms = first; ms <= this.until; ms += step) at.push(ms);
    return svg("g", { class: "ticks" }, at.map((ms) => [
      svg("line", { x1: this.x(ms), x2: this.x(ms), y1: 18, y2: BAR.y + BAR.height }),
      svg("text", { x: this.x(ms), y: 13, "text-anchor": this.x(ms) < 20 ? "start" : this.x(ms) > this.width - 20 ? "end" : "middle" }, ms === this.day.until ? "24:00" : hourMinute(ms)),
    ]).flat());
  }

  flags() {
    const seen = this.data.incidents.filter((one) => one.began_at_ms >= this.since && one.began_at_ms <= this.until);
    return svg("g", {}, seen.map((one) => svg("path", { class: `flag sev-${one.severity} ${one.verdict ?? ""}`, d: `M${this.x(one.began_at_ms)} ${BAR.y + BAR.height + 2}l6 12h-12z` },
      svg("title", {}, `${withSeconds(one.began_at_ms)} ${one.title}`))));
  }

  selection() {
    const { since, until } = this.marks;
    if (since === null && until === null) return svg("g", {});
    const [left, right] = [this.x(since ?? until), this.x(until ?? since)];
    const handle = (name, at) => svg("g", { class: "mark", "data-mark": name }, svg("rect", { class: "mark-hit", x: at - 12, width: 24, y: 14, height: 66 }), svg("rect", { x: at - 2, width: 4, y: 18, height: 60 }));
    return svg("g", { class: "selection" }, svg("rect", { class: "selected", x: left, width: Math.max(0, right - left), y: BAR.y - 4, height: BAR.height + 8 }),
      since === null ? null : handle("since", left), until === null ? null : handle("until", right));
  }

  drawCursor() {
    if (!this.cursorLine || this.cursor === null) return;
    const x = this.x(this.cursor);
    replace(this.cursorLine, x < 0 || x > this.width ? [] : [svg("line", { x1: x, x2: x, y1: 16, y2: 82 }), svg("circle", { cx: x, cy: 84, r: 5 })]);
    this.line.setAttribute("aria-valuenow", Math.round(this.cursor / 1000));
    this.line.setAttribute("aria-valuetext", withSeconds(this.cursor));
  }

  at(event) {
    const { left } = this.line.getBoundingClientRect();
    return this.ms(Math.min(Math.max(event.clientX - left, 0), this.width));
  }

  /** A click picks a moment, a drag moves the day, a drag at a mark moves the mark. */
  drag(event) {
    const mark = event.target.closest("[data-mark]")?.dataset.mark;
    const begin = { x: event.clientX, since: this.since, until: this.until };
    this.line.setPointerCapture(event.pointerId);
    const move = (now) => {
      if (mark) return this.handlers.mark(mark, this.at(now));
      const away = ((begin.x - now.clientX) / this.width) * (begin.until - begin.since);
      if (Math.abs(now.clientX - begin.x) > STILL_PX) this.show(begin.since + away, begin.until + away);
    };
    const stop = (now) => {
      this.line.removeEventListener("pointermove", move);
      if (!mark && now.type === "pointerup" && Math.abs(now.clientX - begin.x) <= STILL_PX) this.handlers.pick(this.at(now));
    };
    this.line.addEventListener("pointermove", move);
    this.line.addEventListener("pointerup", stop, { once: true });
    this.line.addEventListener("pointercancel", stop, { once: true });
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.at(event));
  }

  key(event) {
    const step = (this.until - this.since) / (event.shiftKey ? 24 : 240);
    const now = this.cursor ?? this.since;
    const actions = {
      ArrowLeft: () => this.go(now - step), ArrowRight: () => this.go(now + step),
      PageUp: () => this.go(now - HOUR_MS), PageDown: () => this.go(now + HOUR_MS),
      Home: () => this.go(this.day.since), End: () => this.go(this.day.until - 1000),
      "+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2),
      Enter: () => this.handlers.pick(now),
      i: () => this.handlers.mark("since", now), o: () => this.handlers.mark("until", now),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  go(ms) {
    this.cursor = Math.min(Math.max(ms, this.day.since), this.day.until - 1000);
    if (this.cursor < this.since || this.cursor > this.until) this.show(this.cursor - (this.until - this.since) / 2, this.cursor + (this.until - this.since) / 2);
    this.drawCursor();
  }
}

function legend() {
  const item = (kind, words) => el("li", {}, el("span", { class: `swatch ${kind}` }), words);
  return el("ul", { class: "timeline-legend" }, item("recorded", t("có hình")), item("moved", t("chuyển động")), item("somebody", t("có người, xe")),
    el("li", {}, icon("moderate"), t("sự cố")), item("pinned", t("đã ghim")));
}
