// Draws the chart of a river gauge: the level over time, and báo động 1, 2, 3 as lines.

import { hourMinute, serverNow } from "./ages.js";
import { svg } from "./elements.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const MARGIN = { left: 8, right: 108, top: 14, bottom: 26 };
const WIDE = 400; // narrower charts have fewer marks of time
const LEAST_SPAN_MS = 10 * 60 * 1000;
const HOUR_MS = 3600 * 1000;
const TREND_SPAN_MS = HOUR_MS;
const SURE_SPAN_MS = 10 * 60 * 1000; // less history gives a direction but no speed
const RECENT = 5; // readings that show a direction

/** An SVG of this gauge (docs/ref/state.md, `gauges`) for a place of this many pixels; it scales with its place. */
export function riverChart(gauge, width = 640, height = 200) {
  const frame = frameOf(gauge, width, height);
  const label = `${gauge.name}: ${number(gauge.value)} ${gauge.unit}`;
  const attributes = { class: "river", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label };
  const parts = [...timeMarks(frame), ...levelLines(gauge, frame), ...trace(gauge, frame)];
  return svg("svg", attributes, parts);
}

/** How the level moves, from the last hour: {speed: metres per hour, sure}, or null; a few minutes are not sure. */
export function movement(gauge) {
  const last = gauge.trend.at(-1);
  const first = gauge.trend.find(([at]) => last && at >= last[0] - TREND_SPAN_MS);
  if (!last || !first || last === first) return null;
  const spanMs = last[0] - first[0];
  const recent = spanMs < SURE_SPAN_MS ? (gauge.trend.at(-RECENT) ?? first) : first;
  return { speed: ((last[1] - recent[1]) * HOUR_MS) / (last[0] - recent[0]), sure: spanMs >= SURE_SPAN_MS };
}

function frameOf(gauge, width, height) {
  const values = [...gauge.trend.map(([, value]) => value), gauge.value, ...(gauge.bao_dong_m ?? [])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = Math.max(0.1, (high - low) * 0.08);
  const until = Math.max(serverNow(), gauge.at_ms);
  const since = Math.min(gauge.trend[0]?.[0] ?? until, until - LEAST_SPAN_MS);
  const scale = (value, from, to, start, end) => start + ((value - from) / (to - from)) * (end - start);
  return {
    height, since, until,
    x: (at) => scale(at, since, until, MARGIN.left, width - MARGIN.right),
    y: (value) => scale(value, low - air, high + air, height - MARGIN.bottom, MARGIN.top),
  };
}

function timeMarks({ x, height, since, until }) {
  const marks = [];
  const parts = x(until) - x(since) > WIDE ? 4 : 2;
  for (let part = 0; part <= parts; part += 1) {
    const at = since + ((until - since) * part) / parts;
    const anchor = part === 0 ? "start" : "middle";
    marks.push(svg("line", { class: "grid", x1: x(at), x2: x(at), y1: MARGIN.top, y2: height - MARGIN.bottom }));
    marks.push(svg("text", { x: x(at), y: height - 6, "font-size": 16, "text-anchor": anchor }, hourMinute(at)));
  }
  return marks;
}

function levelLines(gauge, { x, y, until }) {
  const levels = gauge.bao_dong_m ?? [];
  return levels.flatMap((value, index) => {
    const kind = `level-${index + 1}`;
    const line = svg("line", { class: `level ${kind}`, x1: MARGIN.left, x2: x(until), y1: y(value), y2: y(value) });
    const words = t("BĐ%(index)s %(value)s", { index: index + 1, value: number(value) });
    const place = { class: kind, x: x(until) + 10, y: y(value) + 5.5, "font-size": 17, "font-weight": 600 };
    return [line, svg("text", place, words)];
  });
}

function trace(gauge, { x, y, height }) {
  if (gauge.trend.length === 0) return [];
  const points = gauge.trend.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  const [first, last] = [gauge.trend[0], gauge.trend.at(-1)];
  const floor = height - MARGIN.bottom;
  const area = `M${x(first[0])},${floor} L${points.join(" L")} L${x(last[0])},${floor} Z`;
  return [
    svg("path", { class: "water", d: area }),
    svg("polyline", { class: "trace", points: points.join(" ") }),
    svg("circle", { class: "now", cx: x(last[0]), cy: y(last[1]), r: 6 }),
  ];
}
