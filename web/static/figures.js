// The indicators of the commune: value against target, where it comes from, how old it is, and where it goes.

import { ago } from "./ages.js";
import { el, keyed, svg } from "./elements.js";
import { older } from "./mirror.js";
import { t } from "./texts.js";
import { number } from "./words.js";

const WIDE = 110;
const HIGH = 34;
const LOOK_MS = 15000;
const MOST = 8; // in a row; more take turns, except where indicators have the screen for themselves

/** Shows the section `indicators` of `mirror` in `parent`, whose card `card` is hidden while there are none. */
export function showFigures(parent, card, mirror) {
  const draw = () => {
    const rows = mirror.get("indicators") ?? [];
    card.hidden = rows.length === 0;
    document.body.classList.toggle("no-figures", rows.length === 0);
    keyed(parent, rows.map((row) => ({ ...row, old: isOld(row) })), figure);
    const turn = Math.floor(performance.now() / LOOK_MS) % Math.max(1, Math.ceil(rows.length / MOST));
    [...parent.children].forEach((node, index) => node.classList.toggle("off-turn", Math.floor(index / MOST) !== turn));
  };
  mirror.on("indicators", draw);
  setInterval(draw, LOOK_MS);
  draw();
}

function isOld({ value, at_ms: at, age_limit_s: limit, stands }) {
  return stands === "old" || (value !== null && at !== null && limit > 0 && older(at, limit * 1000));
}

function figure(row) {
  const { value, name, source, at_ms: at, old } = row;
  const kind = value === null ? "empty" : old ? "old" : standing(row);
  return el("li", { class: `figure ${kind}` },
    el("p", { class: "figure-name" }, name),
    el("p", { class: "figure-value" }, el("strong", {}, value === null ? "–" : written(row, value)), el("small", {}, ofWhat(row)), spark(row)),
    bar(row),
    el("p", { class: "figure-source" }, value === null ? t("chưa có số liệu") : [source, source ? " · " : "", ago(at), old ? el("b", {}, ` · ${t("số cũ")}`) : null]));
}

function standing({ stands, value, target, better }) {
  if (stands) return stands;
  if (target === null || target === undefined) return "open";
  return (better === "less" ? value <= target : value >= target) ? "met" : "short";
}

const written = ({ digits }, value) => number(value, digits ?? (Number.isInteger(value) ? 0 : 1));

/** "/ 2.115 hộ" of how many, or "/ 95 %" of the target. */
function ofWhat({ total, target, unit, ...row }) {
  const whole = total ?? (unit === "%" && target !== 100 ? null : target);
  return [whole === null || whole === undefined ? "" : `/ ${written(row, whole)}`, unit].filter(Boolean).join(" ");
}

/** How much is done, and where the target is; nothing where less is better or nobody knows how far the way is. */
function bar({ value, target, total, unit, better }) {
  const whole = total ?? (unit === "%" ? 100 : target);
  if (value === null || !whole || better === "less") return null;
  const share = (part) => `${Math.round(Math.min(1, Math.max(0, part / whole)) * 100)}%`;
  const [done, goal] = [el("i"), target && target < whole ? el("u") : null];
  done.style.width = share(value);
  if (goal) goal.style.left = share(target);
  return el("div", { class: "figure-bar", role: "img", "aria-label": t("%(share)s của cả thang", { share: share(value) }) }, done, goal);
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
