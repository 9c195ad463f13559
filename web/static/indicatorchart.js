// Draws the course of one indicator: its values as a line with dots, its target as a dashed line.

import { svg } from "./elements.js";
import { dayOf } from "./indicatorwords.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const TALL = 240;
const MARGIN = { left: 64, right: 14, top: 14, bottom: 28 };
const MOST_DOTS = 60;
const DAY_MS = 86400000;

/** An SVG `width` pixels wide of /api/indicators/<id>. */
export function indicatorChart(one, width) {
  const frame = frameOf(one, width);
  const label = t("%(name)s: từ %(from)s đến %(to)s", { name: one.name, from: dayOf(one.values[0].at_ms), to: dayOf(one.values.at(-1).at_ms) });
  const parts = [...timeMarks(frame), ...heightMarks(frame, one), ...targetLine(frame, one), trace(frame, one), ...dots(frame, one)];
  return svg("svg", { class: "ind-chart", viewBox: `0 0 ${width} ${TALL}`, width, height: TALL, role: "img", "aria-label": label }, parts);
}

/** A sparkline for a tile; null where two points are not there. */
export function sparkline({ trend, name }, width = 120, tall = 34) {
  if (trend.length < 2) return null;
  const { x, y } = scales(trend, { left: 2, right: width - 2, top: 3, bottom: tall - 3 }, spread(trend.map(([, value]) => value)));
  const points = trend.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const [at, value] = trend.at(-1);
  return svg("svg", { class: "ind-spark", viewBox: `0 0 ${width} ${tall}`, width, height: tall, role: "img", "aria-label": t("Diễn biến của %(name)s", { name }) },
    svg("polyline", { points }), svg("circle", { cx: x(at), cy: y(value), r: 3 }));
}

function spread(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = (high - low || Math.abs(high) || 1) * 0.1;
  return [low - air, high + air];
}

function scales(points, { left, right, top, bottom }, [low, high]) {
  const [since, until] = [points[0][0], Math.max(points.at(-1)[0], points[0][0] + DAY_MS)];
  return {
    since, until, low, high,
    x: (at) => left + ((at - since) / (until - since)) * (right - left),
    y: (value) => bottom - ((value - low) / (high - low)) * (bottom - top),
  };
}

function frameOf(one, width) {
  const points = one.values.map(({ at_ms: at, value }) => [at, value]);
  const target = one.target === null ? [] : [one.target];
  const edges = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: TALL - MARGIN.bottom };
  return { ...scales(points, edges, spread([...points.map(([, value]) => value), ...target])), edges, points };
}

function timeMarks({ x, since, until, edges }) {
  const parts = edges.right - edges.left > 420 ? 4 : 2;
  const long = until - since > 300 * DAY_MS;
  return Array.from({ length: parts + 1 }, (_, part) => {
    const at = since + ((until - since) * part) / parts;
    const anchor = part === 0 ? "start" : part === parts ? "end" : "middle";
    return [
      svg("line", { class: "grid", x1: x(at), x2: x(at), y1: edges.top, y2: edges.bottom }),
      svg("text", { x: x(at), y: TALL - 8, "text-anchor": anchor }, long ? dayOf(at).slice(3) : dayOf(at).slice(0, 5)),
    ];
  }).flat();
}

function heightMarks({ y, low, high, edges }, { digits }) {
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max([1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw), digits ? 0 : 1);
  const marks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    marks.push(svg("line", { class: "grid", x1: edges.left, x2: edges.right, y1: y(value), y2: y(value) }),
      svg("text", { x: edges.left - 8, y: y(value) + 4.5, "text-anchor": "end" }, number(value, step < 1 ? 1 : 0)));
  }
  return marks;
}

function targetLine({ y, edges }, { target, better }) {
  if (target === null) return [];
  const words = better === "less" ? t("mức cho phép") : t("mục tiêu");
  return [
    svg("line", { class: "target", x1: edges.left, x2: edges.right, y1: y(target), y2: y(target) }),
    svg("text", { class: "target-word", x: edges.right, y: y(target) - 6, "text-anchor": "end" }, words),
  ];
}

function trace({ x, y, points }) {
  return svg("polyline", { class: "trace", points: points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ") });
}

function dots({ x, y }, { values }) {
  if (values.length > MOST_DOTS) return [];
  return values.map(({ at_ms: at, value, words }) =>
    svg("circle", { class: "dot", cx: x(at), cy: y(value), r: 4 }, svg("title", {}, `${dayOf(at)}: ${words}`)));
}
