// Draws one zone or line over a camera's still: by mouse, by finger, by keyboard. Points are shares of the picture.

import { el, replace, svg } from "./elements.js";
import { t } from "./texts.js";

const WIDE = 1000; // the drawing's own units across
const SNAP = 0.015; // closer to the rim of the picture than this is on the rim
const STEP = 0.005;
const FAR_STEP = 0.025;
const MOST_CORNERS = 30;
const HANDLE_PX = 8;
const TOUCH_PX = 18;
const MOST_UNDONE = 50;
const PATTERN = { zone: [[0.3, 0.4], [0.7, 0.4], [0.75, 0.9], [0.25, 0.9]], line: [[0.25, 0.65], [0.75, 0.65]] };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Sketch {
  /** `picture` is an image; `changed()` is called after every change of `kind`, `points` or `drawing`. */
  constructor(parent, picture, changed) {
    this.changed = changed;
    this.picture = picture;
    this.kind = "zone";
    this.points = [];
    this.drawing = true; // corners are being put down, one press each
    this.direction = "both";
    this.others = [];
    this.passages = [];
    this.before = [];
    this.sheet = svg("svg", { class: "drawing", tabindex: "0", "aria-label": t("Hình vẽ: bấm để đặt góc, Tab để tới từng góc, mũi tên để dời, Delete để xoá") });
    replace(parent, picture, this.sheet);
    this.sheet.addEventListener("pointerdown", (event) => this.press(event));
    this.sheet.addEventListener("keydown", (event) => this.key(event));
    picture.addEventListener("load", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(parent);
  }

  get done() {
    return !this.drawing && this.points.length >= this.least;
  }

  get least() {
    return this.kind === "zone" ? 3 : 2;
  }

  /** Begin anew with nothing. */
  begin(kind) {
    this.set({ kind, points: [], drawing: true });
  }

  /** Begin with a shape in the middle: for those who draw by keyboard. */
  pattern(kind) {
    this.set({ kind, points: PATTERN[kind].map((point) => [...point]), drawing: false });
  }

  load(kind, points) {
    this.set({ kind, points: points.map((point) => [...point]), drawing: false });
  }

  finish() {
    if (this.points.length >= this.least) this.set({ drawing: false });
  }

  undo() {
    const last = this.before.pop();
    if (last) this.set(JSON.parse(last), false);
  }

  set(change, remember = true) {
    if (remember) this.remember();
    Object.assign(this, change);
    this.tell();
  }

  remember() {
    const { kind, points, drawing } = this;
    this.before = [...this.before, JSON.stringify({ kind, points, drawing })].slice(-MOST_UNDONE);
  }

  tell() {
    this.draw();
    this.changed();
  }

  /** Shapes that are there already, and paths of what moved; both only to look at. */
  show({ others = this.others, passages = this.passages, direction = this.direction }) {
    Object.assign(this, { others, passages, direction });
    this.draw();
  }

  get high() {
    const { naturalWidth: width, naturalHeight: height } = this.picture;
    return width ? (WIDE * height) / width : (WIDE * 9) / 16;
  }

  draw() {
    const shown = this.sheet.clientWidth;
    if (!shown) return;
    this.unit = WIDE / shown; // one pixel of the screen in the drawing's units
    const focused = document.activeElement?.dataset?.corner;
    this.sheet.setAttribute("viewBox", `0 0 ${WIDE} ${this.high}`);
    replace(this.sheet, this.others.map((one) => this.other(one)), this.passages.map((one) => this.passage(one)), this.shape(), this.arrow(), this.handles());
    if (focused !== undefined) this.sheet.querySelector(`[data-corner="${Math.min(focused, this.points.length - 1)}"]`)?.focus();
  }

  place([x, y]) {
    return [x * WIDE, y * this.high];
  }

  path(points) {
    return points.map((point) => this.place(point).map((value) => value.toFixed(1)).join(",")).join(" ");
  }

  other({ name, points, closed }) {
    const [x, y] = this.place(points[0]);
    return svg("g", { class: "other" }, svg(closed ? "polygon" : "polyline", { points: this.path(points) }),
      svg("text", { x: x + 6 * this.unit, y: y - 6 * this.unit, "font-size": 13 * this.unit }, name));
  }

  passage({ points, kind, hot }) {
    return svg("polyline", { class: `passage passage-${kind} ${hot ? "hot" : ""}`, points: this.path(points) });
  }

  shape() {
    if (this.points.length === 0) return svg("g", {});
    const closed = this.kind === "zone" && !this.drawing;
    return svg(closed ? "polygon" : "polyline", { class: `shape ${this.kind}`, points: this.path(this.points), "data-shape": closed || !this.drawing });
  }

  /** Which way people cross: seen from A, who looks at B. */
  arrow() {
    if (this.kind !== "line" || this.points.length < 2) return svg("g", {});
    const [[ax, ay], [bx, by]] = this.points.map((point) => this.place(point));
    const long = Math.hypot(bx - ax, by - ay) || 1;
    const [rx, ry] = [-(by - ay) / long, (bx - ax) / long]; // to the right of who looks from A to B
    const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
    const tip = (side) => {
      const [x, y] = [mx + rx * side * 46 * this.unit, my + ry * side * 46 * this.unit];
      const [bx_, by_] = [mx + rx * side * 30 * this.unit, my + ry * side * 30 * this.unit];
      const [ux, uy] = [ry * 9 * this.unit, -rx * 9 * this.unit];
      return svg("path", { class: "tip", d: `M${mx} ${my}L${bx_} ${by_}M${x} ${y}L${bx_ + ux} ${by_ + uy}L${bx_ - ux} ${by_ - uy}Z` });
    };
    const sides = { left_to_right: [1], right_to_left: [-1], both: [1, -1] }[this.direction];
    const end = (name, x, y) => svg("text", { class: "end", x, y: y - 14 * this.unit, "font-size": 17 * this.unit, "text-anchor": "middle" }, name);
    return svg("g", {}, sides.map(tip), end("A", ax, ay), end("B", bx, by));
  }

  handles() {
    const corners = this.points.map((point, index) => this.handle(point, { "data-corner": index, class: "corner", "aria-label": t("Góc %(index)s: ngang %(point)s %, dọc %(point2)s %", { index: index + 1, point: Math.round(point[0] * 100), point2: Math.round(point[1] * 100) }) }));
    if (this.kind === "line" || this.drawing || this.points.length >= MOST_CORNERS) return corners;
    const middles = this.points.map((point, index) => {
      const next = this.points[(index + 1) % this.points.length];
      return this.handle([(point[0] + next[0]) / 2, (point[1] + next[1]) / 2], { "data-middle": index, class: "middle", "aria-label": t("Thêm góc sau góc %(index)s", { index: index + 1 }) });
    });
    return [...middles, ...corners];
  }

  handle(point, attributes) {
    const [cx, cy] = this.place(point);
    const size = attributes.class === "corner" ? HANDLE_PX : HANDLE_PX * 0.7;
    return svg("g", { tabindex: "0", role: "button", ...attributes },
      svg("circle", { class: "touch", cx, cy, r: TOUCH_PX * this.unit }), svg("circle", { class: "dot", cx, cy, r: size * this.unit }));
  }

  /** Where a pointer is, on the rim if it is near. */
  at(event) {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    return [rim((event.clientX - left) / width), rim((event.clientY - top) / height)];
  }

  press(event) {
    if (event.button) return;
    const { corner, middle, shape } = event.target.closest("[data-corner],[data-middle],[data-shape]")?.dataset ?? {};
    event.preventDefault();
    (event.target.closest("[tabindex]") ?? this.sheet).focus({ preventScroll: true });
    if (this.drawing && corner === "0" && this.points.length >= 3) return this.finish();
    if (this.drawing && corner === undefined) return this.put(this.at(event));
    if (corner !== undefined) return this.grab(event, this.moveCorner(Number(corner)));
    if (middle !== undefined) return this.grab(event, this.moveCorner(this.insert(Number(middle))));
    if (shape === "true") this.grab(event, this.moveAll(this.at(event)));
  }

  put(point) {
    this.remember();
    this.points.push(point);
    if (this.kind === "line" && this.points.length === 2) this.drawing = false;
    if (this.points.length === MOST_CORNERS) this.drawing = false;
    this.tell();
  }

  insert(index) {
    const [one, two] = [this.points[index], this.points[(index + 1) % this.points.length]];
    this.remember();
    this.points.splice(index + 1, 0, [clamp((one[0] + two[0]) / 2), clamp((one[1] + two[1]) / 2)]);
    return index + 1;
  }

  moveCorner(index) {
    return (to) => {
      this.points[index] = to;
    };
  }

  moveAll(from) {
    const start = this.points.map((point) => [...point]);
    return (to) => {
      const least = [0, 1].map((axis) => Math.max(to[axis] - from[axis], -Math.min(...start.map((point) => point[axis]))));
      const away = least.map((value, axis) => Math.min(value, 1 - Math.max(...start.map((point) => point[axis]))));
      this.points = start.map((point) => [clamp(point[0] + away[0]), clamp(point[1] + away[1])]);
    };
  }

  grab(event, move) {
    this.remember();
    this.sheet.setPointerCapture(event.pointerId);
    const moved = (now) => {
      move(this.at(now));
      this.draw();
    };
    const let_go = () => {
      this.sheet.removeEventListener("pointermove", moved);
      this.tell();
    };
    this.sheet.addEventListener("pointermove", moved);
    this.sheet.addEventListener("lostpointercapture", let_go, { once: true });
  }

  key(event) {
    const { corner, middle } = event.target.dataset ?? {};
    if ((event.ctrlKey || event.metaKey) && event.key === "z") return this.take(event, () => this.undo());
    if (corner !== undefined && ARROWS[event.key]) return this.take(event, () => this.nudge(Number(corner), ARROWS[event.key], event.shiftKey ? FAR_STEP : STEP));
    if (corner !== undefined && ["Delete", "Backspace"].includes(event.key)) return this.take(event, () => this.remove(Number(corner)));
    if (middle !== undefined && ["Enter", " "].includes(event.key)) return this.take(event, () => (this.insert(Number(middle)), this.tell()));
    if (this.drawing && event.key === "Enter") return this.take(event, () => this.finish());
  }

  take(event, action) {
    event.preventDefault();
    action();
  }

  nudge(index, [right, down], step) {
    this.remember();
    const [x, y] = this.points[index];
    this.points[index] = [clamp(x + right * step), clamp(y + down * step)];
    this.tell();
  }

  remove(index) {
    if (this.points.length <= this.least && !this.drawing) return;
    this.remember();
    this.points.splice(index, 1);
    this.tell();
  }
}

const clamp = (share) => Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;

function rim(share) {
  if (share < SNAP) return 0;
  return share > 1 - SNAP ? 1 : clamp(share);
}

/** An image element for the still of a camera; the sketch lies over it. */
export function stillOf(camera) {
  const missing = (event) => event.target.classList.toggle("missing", event.type === "error"); // drawn on all the same
  return el("img", { class: "still", alt: "", draggable: "false", src: `/latest/${encodeURIComponent(camera)}.jpg`, onerror: missing, onload: missing });
}
