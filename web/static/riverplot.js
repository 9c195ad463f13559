// The chart of a river gauge: the level over time, báo động 1, 2, 3 as lines, and what the forecast says as a band.

import { hourMinute, serverNow } from "./ages.js";
import { axis, colourOf, disc, drawLevels, stroke } from "./chartpen.js";
import { el, replace } from "./elements.js";
import { uplot } from "./library.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const HOUR_MS = 3600 * 1000;
const LEAST_SPAN_MS = 10 * 60 * 1000;
const RIGHT = 5.4; // of a word's height: room for the names of the levels
const WORDS = 0.9;

export class RiverPlot {
  #plot = null;
  #gauge = null;
  #outlook = null;

  /** `node` fills its place; `update` draws. Words are nearly as large as the page's. */
  constructor() {
    this.size = parseFloat(getComputedStyle(document.body).fontSize) * WORDS;
    this.span = { since: 0, until: 1, low: 0, high: 1 };
    this.node = el("div", { class: "riverplot", role: "img" });
    this.ready = uplot().then((Plot) => this.#begin(Plot), () => this.#missing());
  }

  /** `gauge` is a row of the section `gauges`, `outlook` one of `flood.outlooks`, or undefined. */
  update(gauge, outlook) {
    this.#gauge = gauge;
    this.#outlook = outlook?.level_m === null ? undefined : outlook;
    this.node.setAttribute("aria-label", spoken(gauge, this.#outlook));
    this.#draw();
  }

  /** The page's colours changed. */
  repaint() {
    if (this.#plot) this.#plot.redraw(false);
  }

  /** The chart is not needed any more: its listeners go. */
  end() {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #missing() {
    replace(this.node, el("p", { class: "muted" }, t("Chưa có thư viện biểu đồ trên máy này: kỹ thuật viên chạy molang assets pull.")));
  }

  #begin(Plot) {
    this.#plot = new Plot(this.#options(), [[], [], [], [], []], this.node);
    new ResizeObserver(() => this.#fit()).observe(this.node);
    this.#fit();
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.node;
    if (!this.#plot || width === 0 || height === 0) return;
    this.#plot.setSize({ width, height });
    this.#draw();
  }

  #draw() {
    if (!this.#plot || !this.#gauge) return;
    this.span = spanOf(this.#gauge, this.#outlook);
    this.#plot.setData(columns(this.#gauge, this.#outlook));
  }

  #options() {
    const colour = (name, alpha = 1) => () => colourOf(this.node, name, alpha);
    const line = (stroke, more = {}) => ({ stroke, width: 3, points: { show: false }, spanGaps: true, ...more });
    const grid = { stroke: colour("--line"), width: 1 };
    return {
      width: 300, height: 150, legend: { show: false }, cursor: { show: false }, padding: [10, this.size * RIGHT, 0, 0],
      scales: { x: { time: false, range: () => [this.span.since, this.span.until] }, y: { range: () => [this.span.low, this.span.high] } },
      axes: [
        axis(this.node, this.size - 2, { size: this.size + 12, gap: 4, grid, splits: (_, __, low, high) => hours(low, high, this.node.clientWidth / (this.size * 6)), values: (_, splits) => splits.map(hourMinute) }),
        axis(this.node, this.size - 2, { size: this.size * 2.6, gap: 6, grid: { show: false }, values: (_, splits) => splits.map((value) => number(value, 1)) }),
      ],
      series: [
        {},
        line(colour("--accent"), { fill: colour("--accent", 0.14), fillTo: (_, __, low) => low }),
        line(colour("--accent", 0.5), { width: 0 }),
        line(colour("--accent", 0.5), { width: 0 }),
        line(colour("--accent"), { width: 2, dash: [7, 6] }),
      ],
      bands: [{ series: [2, 3], fill: colour("--accent", 0.3) }],
      hooks: { draw: [(plot) => drawLevels(plot, this.#gauge?.bao_dong_m, this.size), (plot) => this.#present(plot)] },
    };
  }

  /** A line where the present is, and a point where the water stands. */
  #present(plot) {
    const gauge = this.#gauge;
    if (!gauge || gauge.value === null) return;
    const { ctx: pen, bbox: { top, height } } = plot;
    const ratio = window.devicePixelRatio || 1;
    const [x, y] = [plot.valToPos(gauge.at_ms, "x", true), plot.valToPos(gauge.value, "y", true)];
    pen.save();
    pen.setLineDash([]);
    pen.strokeStyle = colourOf(this.node, "--muted");
    pen.lineWidth = ratio;
    if (this.#outlook) stroke(pen, [x, top], [x, top + height]);
    disc(pen, [x, y], 7 * ratio, colourOf(this.node, "--accent"), colourOf(this.node, "--surface"), 3 * ratio);
    pen.restore();
  }
}

/** uPlot's five columns: time, level, upper and lower edge of the band, its middle. */
function columns(gauge, outlook) {
  const rows = gauge.trend.map(([at, value]) => [at, value, null, null, null]);
  if (outlook) {
    const { value } = gauge;
    rows.push([gauge.at_ms + 1, null, value, value, value]);
    rows.push([outlook.at_ms + outlook.horizon_ms, null, outlook.high_m, outlook.low_m, outlook.level_m]);
  }
  return [0, 1, 2, 3, 4].map((column) => rows.map((row) => row[column]));
}

function spanOf(gauge, outlook) {
  const values = [...gauge.trend.map(([, value]) => value), gauge.value, ...(gauge.bao_dong_m ?? []), outlook?.low_m, outlook?.high_m]
    .filter((value) => typeof value === "number");
  const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const air = Math.max(0.1, (high - low) * 0.08);
  const now = Math.max(serverNow(), gauge.at_ms ?? 0);
  const until = outlook ? Math.max(now, outlook.at_ms + outlook.horizon_ms) : now;
  return { since: Math.min(gauge.trend[0]?.[0] ?? now, now - LEAST_SPAN_MS), until, low: low - air, high: high + air };
}

/** Whole hours, or halves and tenths of them while the chart is young; at most `most`. */
function hours(low, high, most) {
  const steps = [1 / 12, 1 / 6, 1 / 2, 1, 2, 3, 6, 12, 24, 48].map((one) => one * HOUR_MS);
  const step = steps.find((one) => (high - low) / one <= Math.max(2, most)) ?? steps.at(-1);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(at);
  return found;
}

function spoken(gauge, outlook) {
  const now = `${gauge.name}: ${number(gauge.value)} ${gauge.unit}`;
  if (!outlook) return now;
  return `${now}. ${t("Dự báo lúc %(time)s: %(low)s đến %(high)s m", { time: hourMinute(outlook.at_ms + outlook.horizon_ms), low: number(outlook.low_m), high: number(outlook.high_m) })}`;
}
