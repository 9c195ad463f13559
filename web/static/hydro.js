// Draws one station: level against báo động 1, 2, 3, rain as bars from above, bad readings as crosses, hands as rings.

import { dayMonth, hourMinute } from "./ages.js";
import { svg } from "./elements.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const HOUR_MS = 3600 * 1000;
const TALL = 230;
const RAIN_TALL = 56;
const MARGIN = { left: 46, right: 12, top: 12, bottom: 26 };
const BROKEN_MS = 3 * HOUR_MS; // a longer gap is a gap in the line, too
const LEAST_M = 0.5;

/** An SVG `width` pixels wide of a station of /api/river; `span` is {since, until} in UTC ms. */
export function hydroChart(station, span, width) {
  const frame = frameOf(station, span, width);
  const label = station.level ? `${station.name}: ${number(station.level.value)} m` : station.name;
  const parts = [
    ...timeMarks(frame), ...heightMarks(frame), ...rainBars(station, frame), ...levelLines(station, frame),
    ...traces(station, frame), ...badMarks(station, frame), ...handMarks(station, frame),
  ];
  return svg("svg", { class: "hydro", viewBox: `0 0 ${width} ${TALL}`, width, height: TALL, role: "img", "aria-label": label }, parts);
}

/** Bad readings far away (a spike of 60 m) must not press the river flat: only what decides sets the scale. */
function frameOf(station, { since, until }, width) {
  const hands = station.hand.filter((one) => one.quantity === "level").map((one) => one.value);
  const values = [...station.trend.map(([, value]) => value), ...hands, ...(station.bao_dong_m ?? [])];
  const low = values.length > 0 ? Math.min(...values) : 0;
  const high = Math.max(low + LEAST_M, values.length > 0 ? Math.max(...values) : 1);
  const air = (high - low) * 0.08;
  const top = MARGIN.top + (station.rain ? RAIN_TALL : 0);
  const scale = (value, from, to, start, end) => start + ((value - from) / (to - from)) * (end - start);
  return {
    since, until, width, top, low: low - air, high: high + air, floor: TALL - MARGIN.bottom,
    x: (at) => scale(at, since, until, MARGIN.left, width - MARGIN.right),
    y: (value) => scale(Math.min(high + air, Math.max(low - air, value)), low - air, high + air, TALL - MARGIN.bottom, top),
  };
}

function timeMarks({ x, since, until, floor, width }) {
  const parts = width > 420 ? 6 : 3;
  const days = until - since > 48 * HOUR_MS;
  return Array.from({ length: parts + 1 }, (_, part) => {
    const at = since + ((until - since) * part) / parts;
    const anchor = part === 0 ? "start" : part === parts ? "end" : "middle";
    return [
      svg("line", { class: "grid", x1: x(at), x2: x(at), y1: MARGIN.top, y2: floor }),
      svg("text", { x: x(at), y: TALL - 8, "text-anchor": anchor }, days ? dayMonth(at) : hourMinute(at)),
    ];
  }).flat();
}

function heightMarks({ y, low, high }) {
  const raw = (high - low) / 4;
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20].find((one) => one >= raw) ?? 50;
  const marks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    marks.push(svg("text", { x: MARGIN.left - 8, y: y(value) + 4.5, "text-anchor": "end" }, number(value, step < 1 ? 1 : 0)));
  }
  return marks;
}

function levelLines(station, { x, y, since, until }) {
  return (station.bao_dong_m ?? []).flatMap((value, index) => {
    const kind = `level-${index + 1}`;
    return [
      svg("line", { class: `level ${kind}`, x1: x(since), x2: x(until), y1: y(value), y2: y(value) }),
      svg("text", { class: kind, x: x(since) + 6, y: y(value) - 5 }, t("BĐ%(index)s %(value)s", { index: index + 1, value: number(value) })),
    ];
  });
}

function traces(station, { x, y, since }) {
  const runs = [];
  for (const [at, value] of station.trend.filter(([when]) => when >= since)) {
    const run = runs.at(-1);
    if (!run || at - run.at(-1)[0] > BROKEN_MS) runs.push([[at, value]]);
    else run.push([at, value]);
  }
  return runs.map((run) => run.length > 1
    ? svg("polyline", { class: "trace", points: run.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })
    : svg("circle", { class: "trace", cx: x(run[0][0]), cy: y(run[0][1]), r: 1.5 }));
}

function badMarks(station, { x, y, since }) {
  return station.bad.filter((one) => one.at_ms >= since).map(({ at_ms: at, value, quality }) => {
    if (quality === "stuck") return svg("circle", { class: "still-mark", cx: x(at), cy: y(value), r: 1.75 });
    const [cx, cy, arm] = [x(at), y(value), 3.5];
    return svg("path", { class: "bad-mark", d: `M${cx - arm},${cy - arm} L${cx + arm},${cy + arm} M${cx - arm},${cy + arm} L${cx + arm},${cy - arm}` });
  });
}

function handMarks(station, { x, y, since }) {
  const hands = station.hand.filter((one) => one.quantity === "level" && one.quality === "good" && one.at_ms >= since);
  return hands.map((one) => svg("circle", { class: "hand-mark", cx: x(one.at_ms), cy: y(one.value), r: 5 }));
}

function rainBars(station, { x, until }) {
  if (!station.rain) return [];
  const most = Math.max(5, ...station.rain.bars.map(([, mm]) => mm));
  const wide = station.rain.bar_h * HOUR_MS;
  const bars = station.rain.bars.filter(([, mm]) => mm > 0).map(([begins, mm]) => {
    const [left, right] = [x(begins), x(Math.min(until, begins + wide))];
    return svg("rect", { class: "bar", x: left + 0.5, y: MARGIN.top, width: Math.max(1, right - left - 1), height: (mm / most) * (RAIN_TALL - 12) });
  });
  return [...bars, svg("text", { x: MARGIN.left - 8, y: MARGIN.top + 12, "text-anchor": "end" }, `${number(most, 0)}`), svg("text", { x: MARGIN.left - 8, y: MARGIN.top + 26, "text-anchor": "end" }, "mm")];
}
