// Draws one station: level against báo động 1, 2, 3, rain as bars from above, bad readings as crosses, hands as rings.

import { dayMonth, hourMinute } from "./ages.js";
import { axis, colourOf, disc, drawLevels, stroke } from "./chartpen.js";
import { el } from "./elements.js";
import { uplot } from "./library.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const HOUR_MS = 3600 * 1000;
const TALL = 240;
const RAIN_TALL = 56;
const SIZE = 13;
const BROKEN_MS = 3 * HOUR_MS; // a longer gap is a gap in the line, too
const LEAST_M = 0.5;
const living = new Map(); // node -> plot

/** A chart `width` pixels wide of a station of /api/river; `span` is {since, until} in UTC ms. */
export function hydroChart(station, span, width) {
  forget();
  const node = el("div", { class: "hydro-chart", role: "img", "aria-label": spoken(station) });
  const frame = frameOf(station, span);
  uplot().then((Plot) => node.isConnected && living.set(node, new Plot(options(node, station, frame, width), points(station, span), node)),
    () => node.append(t("Chưa có thư viện biểu đồ trên máy này: kỹ thuật viên chạy molang assets pull.")));
  return node;
}

/** Charts that left the page hold listeners of the window until they are ended. */
function forget() {
  for (const [node, plot] of living) if (!node.isConnected) (plot.destroy(), living.delete(node));
}

function spoken({ name, level, bad, bao_dong_m: levels }) {
  const words = [level ? `${name}: ${number(level.value)} m` : name, (levels ?? []).map((one, index) => t("BĐ%(index)s %(value)s", { index: index + 1, value: number(one) })).join(", ")];
  if (bad.length > 0) words.push(t("số đáng ngờ, không quyết định gì (%(station)s)", { station: bad.length }));
  return words.filter(Boolean).join(". ");
}

/** Bad readings far away (a spike of 60 m) must not press the river flat: only what decides sets the scale. */
function frameOf(station, { since, until }) {
  const hands = station.hand.filter((one) => one.quantity === "level").map((one) => one.value);
  const values = [...station.trend.map(([, value]) => value), ...hands, ...(station.bao_dong_m ?? [])];
  const low = values.length > 0 ? Math.min(...values) : 0;
  const high = Math.max(low + LEAST_M, values.length > 0 ? Math.max(...values) : 1);
  const air = (high - low) * 0.08;
  return { since, until, low: low - air, high: high + air };
}

/** Time and level; where nothing was measured for long the line is broken by an empty row. */
function points(station, { since }) {
  const rows = [];
  for (const [at, value] of station.trend.filter(([when]) => when >= since)) {
    if (rows.length > 0 && at - rows.at(-1)[0] > BROKEN_MS) rows.push([at - 1, null]);
    rows.push([at, value]);
  }
  return [rows.map(([at]) => at), rows.map(([, value]) => value)];
}

function options(node, station, frame, width) {
  const { since, until, low, high } = frame;
  const days = until - since > 48 * HOUR_MS;
  return {
    width, height: TALL, legend: { show: false }, cursor: { show: false }, padding: [8 + (station.rain ? RAIN_TALL : 0), 22, 0, 0],
    scales: { x: { time: false, range: () => [since, until] }, y: { range: () => [low, high] } },
    axes: [
      axis(node, SIZE, { size: 26, gap: 4, grid: { stroke: () => colourOf(node, "--line"), width: 1 }, splits: () => parts(since, until, width > 420 ? 6 : 3), values: (_, splits) => splits.map((at) => (days ? dayMonth(at) : hourMinute(at))) }),
      axis(node, SIZE, { size: 44, gap: 6, grid: { show: false }, values: (_, splits) => splits.map((value) => number(value, 1)) }),
    ],
    series: [{}, { stroke: () => colourOf(node, "--accent"), width: 2.25, points: { size: 4, fill: () => colourOf(node, "--accent") } }],
    hooks: { draw: [(plot) => drawLevels(plot, station.bao_dong_m, SIZE, true), (plot) => marks(plot, station, frame), (plot) => rain(plot, station, frame)] },
  };
}

const parts = (since, until, count) => Array.from({ length: count + 1 }, (_, part) => since + ((until - since) * part) / count);

function marks(plot, station, { since, low, high }) {
  const { ctx: pen } = plot;
  const ratio = window.devicePixelRatio || 1;
  const at = (one) => [plot.valToPos(one.at_ms, "x", true), plot.valToPos(Math.min(high, Math.max(low, one.value)), "y", true)];
  const colour = (name) => colourOf(plot.root, name);
  pen.save();
  pen.setLineDash([]);
  for (const one of station.bad.filter((bad) => bad.at_ms >= since)) {
    if (one.quality === "stuck") disc(pen, at(one), 1.75 * ratio, colour("--muted"), "", 0);
    else cross(pen, at(one), 3.5 * ratio, colour("--bad"), 2 * ratio);
  }
  const hands = station.hand.filter((one) => one.quantity === "level" && one.quality === "good" && one.at_ms >= since);
  for (const one of hands) disc(pen, at(one), 5 * ratio, colour("--surface"), colour("--text"), 2 * ratio);
  pen.restore();
}

function cross(pen, [x, y], arm, colour, wide) {
  pen.strokeStyle = colour;
  pen.lineWidth = wide;
  stroke(pen, [x - arm, y - arm], [x + arm, y + arm]);
  stroke(pen, [x - arm, y + arm], [x + arm, y - arm]);
}

/** Bars that hang from the top, in the room above the level. */
function rain(plot, station, { until }) {
  if (!station.rain) return;
  const { ctx: pen, bbox } = plot;
  const ratio = window.devicePixelRatio || 1;
  const most = Math.max(5, ...station.rain.bars.map(([, mm]) => mm));
  pen.save();
  pen.fillStyle = colourOf(plot.root, "--minor", 0.75);
  for (const [begins, mm] of station.rain.bars.filter(([, amount]) => amount > 0)) {
    const [left, right] = [begins, Math.min(until, begins + station.rain.bar_h * HOUR_MS)].map((when) => plot.valToPos(when, "x", true));
    pen.fillRect(left + ratio / 2, 6 * ratio, Math.max(ratio, right - left - ratio), (mm / most) * (RAIN_TALL - 8) * ratio);
  }
  pen.fillStyle = colourOf(plot.root, "--muted");
  pen.font = `${SIZE * ratio}px "Noto Sans", sans-serif`;
  pen.textAlign = "right";
  pen.textBaseline = "top";
  pen.fillText(number(most, 0), bbox.left - 8 * ratio, 6 * ratio);
  pen.fillText("mm", bbox.left - 8 * ratio, 22 * ratio);
  pen.restore();
}
