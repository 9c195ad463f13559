// The indicators of the commune: value against target, where it comes from, how old it is, and where it goes.

import { ago } from "./ages.js";
import { el, keyed, svg } from "./elements.js";
import { older } from "./mirror.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const WIDE = 110;
const HIGH = 34;
const LOOK_MS = 15000;

/** Shows the section `indicators` of `mirror` in `parent`, whose card `card` is hidden while there are none. */
export function showFigures(parent, card, mirror) {
  const draw = () => {
    const rows = mirror.get("indicators") ?? [];
    card.hidden = rows.length === 0;
    document.body.classList.toggle("no-figures", rows.length === 0);
    keyed(parent, rows.map((row) => ({ ...row, old: isOld(row) })), figure);
  };
  mirror.on("indicators", draw);
  setInterval(draw, LOOK_MS);
  draw();
}

function isOld({ value, at_ms: at, age_limit_s: limit }) {
  return value !== null && at !== null && limit > 0 && older(at, limit * 1000);
}

function figure(row) {
  const share = shareOf(row);
  const kind = row.value === null ? "empty" : row.old ? "old" : share === null ? "" : share >= 1 ? "met" : "short";
  return el("li", { class: `figure ${kind}` },
    el("p", { class: "figure-name" }, row.name),
    el("p", { class: "figure-value" }, el("strong", {}, row.value === null ? "–" : written(row.value)), el("small", {}, against(row)), spark(row)),
    share === null ? null : bar(share),
    el("p", { class: "figure-source" }, row.value === null ? t("chưa có số liệu") : [row.source, " · ", row.at_ms === null ? "" : ago(row.at_ms), row.old ? el("b", {}, ` · ${t("số cũ")}`) : null]));
}

/** 1 and more: the target is reached. */
function shareOf({ value, target }) {
  return value === null || target === null || target === undefined || target === 0 ? null : value / target;
}

const written = (value) => number(value, Number.isInteger(value) ? 0 : 1);

function against({ target, unit }) {
  const words = target === null || target === undefined ? "" : ` / ${written(target)}`;
  return `${words}${unit ? ` ${unit}` : ""}`;
}

function bar(share) {
  const fill = el("i");
  fill.style.width = `${Math.min(100, Math.round(share * 100))}%`;
  return el("div", { class: "figure-bar", role: "img", "aria-label": t("%(share)s % so với chỉ tiêu", { share: Math.round(share * 100) }) }, fill);
}

function spark({ trend }) {
  if (!trend || trend.length < 2) return null;
  const [first, last] = [trend[0], trend.at(-1)];
  const values = trend.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at) => ((at - first[0]) / Math.max(1, last[0] - first[0])) * WIDE;
  const y = (value) => (high === low ? HIGH / 2 : HIGH - 3 - ((value - low) / (high - low)) * (HIGH - 6));
  const words = last[1] > first[1] ? t("đang tăng") : last[1] < first[1] ? t("đang giảm") : t("không đổi");
  return svg("svg", { class: "figure-spark", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": words },
    svg("polyline", { points: trend.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ") }),
    svg("circle", { cx: x(last[0]), cy: y(last[1]), r: 3.5 }));
}
