// What a rule would have done in the last hours: how often, when, and the lines for whoever edits the file.

import { hourMinute, momentWords, serverNow } from "./ages.js";
import { tomlBlock } from "./copying.js";
import { el, icon, replace, svg } from "./elements.js";
import { t } from "./texts.js";
import { LABEL, length, mostWords } from "./words.js";

const HOUR_MS = 3_600_000;
const OFTEN = 12; // a day; who is called more often stops listening
const LEAST_WIDE = 280;
const HIGH = 54;
const MOST_TICKS = 9; // of wide screens; phones show every second one

/** Shows a reply to TryRule in `parent`; `look(span)` is called with {since, until} of a chosen alarm, or null. */
export function showTried(parent, tried, look) {
  const now = serverNow();
  const { fired, passages, hours, toml } = tried;
  parent.hidden = false;
  replace(parent, el("h2", {}, icon("clock"), t("%(hours)s giờ qua", { hours })), el("p", { class: "verdict-line" }, ...summary(fired, passages)),
    strip(fired, passages, { since: now - hours * HOUR_MS, until: now, wide: Math.max(LEAST_WIDE, parent.clientWidth - 44) }),
    el("ol", { class: "fired" }, fired.toReversed().map((one) => row(one, look))),
    toml ? el("details", {}, el("summary", {}, t("Hoặc tự chép vào tệp cấu hình")), tomlBlock(toml, t("Dán dưới [[camera]] của camera này trong tệp cấu hình molang.toml, rồi khởi động lại hộp:"))) : null);
}

function summary(fired, passages) {
  if (passages.length === 0) return [t("Không có gì đi qua trước camera, hoặc hộp chưa theo dõi đủ lâu.")];
  const often = fired.length > OFTEN;
  const words = fired.length === 0 ? t("Luật này sẽ không báo lần nào.") : t("Luật này sẽ báo %(fired)s lần.", { fired: fired.length });
  return [el("strong", { class: often ? "warn" : fired.length > 0 ? "ok" : "" }, words), ` ${t("Trên hình là %(passages)s lượt đi qua gần nhất.", { passages: passages.length })}`,
    often ? ` ${t("Báo nhiều như vậy sẽ không ai còn để ý: hãy thu hẹp vùng, giờ canh hoặc đổi loại luật.")}` : ""];
}

function strip(fired, passages, { since, until, wide }) {
  const x = (ms) => ((ms - since) / (until - since)) * wide;
  const step = (wide > MOST_TICKS * 48 ? 3 : 6) * HOUR_MS;
  const hours = [];
  for (let ms = Math.ceil(since / step) * step; ms < until; ms += step) hours.push(ms);
  const bar = (kind, begin, end, y, height) => svg("rect", { class: kind, x: x(begin), width: Math.max(1.5, x(end) - x(begin)), y, height });
  return svg("svg", { class: "strip", viewBox: `0 0 ${wide} ${HIGH}`, role: "img", "aria-label": t("Các lần báo theo giờ") },
    hours.map((ms) => [svg("line", { x1: x(ms), x2: x(ms), y1: 0, y2: 38 }), svg("text", { x: x(ms), y: 51, "text-anchor": x(ms) < 20 ? "start" : x(ms) > wide - 20 ? "end" : "middle" }, hourMinute(ms))]).flat(),
    passages.map((one) => bar("passed", one.began_ms, one.began_ms + lastOf(one), 22, 12)),
    fired.map((one) => bar("alarmed", one.at_ms, one.until_ms, 4, 16)));
}

function row({ at_ms: at, until_ms: until, label, most }, look) {
  const span = { since: at, until };
  const show = (on) => look(on ? span : null);
  return el("li", {}, el("button", { type: "button", onfocus: () => show(true), onblur: () => show(false), onpointerenter: () => show(true), onpointerleave: () => show(false) },
    el("time", {}, momentWords(at)), el("span", {}, most > 1 ? mostWords(label, most) : (LABEL[label] ?? label)), el("span", { class: "muted" }, length(until - at))));
}

/** Passages as lines of feet for the sketch; those of the chosen span stand out. */
export function pathsOf(passages, span) {
  return passages.map((one) => ({
    points: one.path.map(([, x, y]) => [x, y]),
    kind: one.label === "person" ? "person" : "other",
    hot: span !== null && one.began_ms <= span.until && one.began_ms + lastOf(one) >= span.since,
  })).filter((one) => one.points.length > 1);
}

const lastOf = ({ path }) => path.at(-1)?.[0] ?? 0;
