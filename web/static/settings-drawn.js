// Shapes of a settings form that are drawn instead of typed: zones, lines and masks over a camera's still, a hamlet's
// land over the map. The numbers stay below for whoever wants them exact; both hands write the same field.

import { el, icon, replace } from "./elements.js";
import { LandView } from "./settings-land.js";
import { Sketch, stillOf } from "./sketch.js";
import { t } from "./texts.js";

const HOW = { "camera.zone.polygon": "zone", "camera.line.points": "line", "camera.mask": "areas", "hamlet.shape": "land" };

/** How the setting at this path is drawn, or undefined; the numbers of rows do not count. */
export const drawnAs = (table, path) => HOW[`${table}.${path.replaceAll(/\[\d+\]/g, "")}`];

/** `typed` is the field as numbers `{node, read}`; the same with a drawing above. */
export function drawnField(typed, kind, value, context) {
  const area = [typed.node].flat().find((node) => node.tagName === "TEXTAREA");
  const place = el("div", { class: "setting-drawing" });
  const details = el("details", { class: "setting-draw" }, el("summary", {}, icon("pen"), kind === "land" ? t("Vẽ trên bản đồ") : t("Vẽ trên hình camera"), " ", el("small", { class: "muted" })), place);
  const tell = () => { details.querySelector("small").textContent = tallyOf(kind, typed.read()); };
  details.addEventListener("toggle", () => {
    if (details.open && place.childElementCount === 0) new Drawing(place, kind, typed, area, context, tell);
  });
  area.addEventListener("input", tell);
  tell();
  if (!context.locked && value === undefined && kind !== "areas" && kind !== "land") queueMicrotask(() => { details.open = true; });
  const numbers = el("details", {}, el("summary", {}, t("Sửa bằng số")), typed.node);
  return { node: [details, numbers], read: typed.read };
}

function tallyOf(kind, found) {
  if (!Array.isArray(found) || found.length === 0) return t("chưa vẽ");
  if (kind === "areas") return t("%(n)s vùng", { n: found.length });
  return kind === "line" ? t("đã có vạch") : t("%(n)s góc", { n: found.length });
}

class Drawing {
  constructor(place, kind, typed, area, context, tell) {
    Object.assign(this, { kind, typed, area, tell, locked: context.locked });
    this.land = kind === "land" ? new LandView(context.own) : null;
    this.shape = kind === "line" ? "line" : "zone";
    const frame = el("div", { class: "sketch" });
    this.hint = el("p", { class: "hint muted", "aria-live": "polite" });
    this.list = el("ol", { class: "setting-areas" });
    replace(place, el("div", { class: "tools", role: "toolbar", "aria-label": t("Công cụ vẽ") }, this.tools(context)), frame, this.hint, kind === "areas" ? this.list : null);
    this.sketch = new Sketch(frame, this.land?.node ?? stillOf(context.own), () => this.drawn());
    this.land?.onmove(() => this.hold(), () => this.replaceHeld());
    if (this.locked) this.sketch.sheet.setAttribute("inert", "");
    this.show();
    area.addEventListener("input", () => this.show());
  }

  tools() {
    const button = (mark, words, action) => el("button", { type: "button", class: "secondary", onclick: action, disabled: this.locked }, icon(mark), words);
    return [button(this.shape === "line" ? "vach" : "zone", this.kind === "areas" ? t("Vẽ vùng mới") : t("Vẽ lại từ đầu"), () => this.begin()),
      button("steady", t("Hình mẫu"), () => this.sketch.pattern(this.shape)),
      button("back", t("Hoàn tác"), () => this.sketch.undo()),
      button("check", this.kind === "areas" ? t("Thêm vùng này") : t("Xong"), () => this.finish()),
      ...(this.land?.tools() ?? [])];
  }

  /** What the numbers say, drawn. */
  show() {
    const held = this.typed.read();
    const known = Array.isArray(held) ? held : [];
    this.quiet = true;
    if (this.kind === "areas") {
      this.sketch.show({ others: known.map((points, at) => ({ name: t("Vùng %(n)s", { n: at + 1 }), points, closed: true })) });
      replace(this.list, known.map((_, at) => el("li", {}, t("Vùng %(n)s", { n: at + 1 }), " ", el("button", { type: "button", class: "quiet", disabled: this.locked, onclick: () => this.write(known.filter((_area, other) => other !== at)) }, t("Bỏ")))));
      if (this.sketch.points.length === 0) this.sketch.begin("zone");
    } else if (known.length >= (this.shape === "line" ? 2 : 3) && known.every(isPair)) this.sketch.load(this.shape, known.map((point) => this.land?.shareOf(point) ?? point));
    else this.sketch.begin(this.shape);
    this.quiet = false;
    this.say();
  }

  /** Corners of a shape that is not closed yet follow the map when its scale changes. */
  hold() {
    this.held = this.sketch.drawing ? this.sketch.points.map((point) => this.land.pointOf(point)) : [];
  }

  replaceHeld() {
    if (this.held.length === 0) return this.show();
    this.sketch.set({ points: this.held.map((point) => this.land.shareOf(point)) }, false);
  }

  begin() {
    this.sketch.begin(this.shape);
    this.sketch.sheet.focus();
  }

  finish() {
    this.sketch.finish();
    if (this.kind !== "areas" || !this.sketch.done) return;
    const held = this.typed.read();
    this.write([...(Array.isArray(held) ? held : []), this.sketch.points]);
    this.begin();
  }

  drawn() {
    if (this.quiet || !this.sketch) return;
    this.say();
    if (this.kind !== "areas" && this.sketch.done) this.write(this.sketch.points.map((point) => this.land?.pointOf(point) ?? point));
  }

  /** Into the numbers: they are what is sent. */
  write(found) {
    const flat = this.kind === "zone" || this.kind === "land";
    this.area.value = found.length === 0 ? "" : flat ? found.map((point) => point.join(", ")).join("\n") : JSON.stringify(found);
    this.tell();
    if (this.kind === "areas") this.show();
  }

  say() {
    const { points, drawing, least } = this.sketch;
    this.hint.textContent = this.locked ? "" : !drawing ? t("Kéo góc để dời, kéo chấm nhỏ để thêm góc, Delete để xoá góc.")
      : points.length < least ? t("Bấm vào hình để đặt điểm %(n)s.", { n: points.length + 1 }) : t("Bấm tiếp để thêm góc; bấm góc đầu, Enter hoặc “Xong” để khép.");
  }
}

const isPair = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
