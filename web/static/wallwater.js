// The gauges on the wall: the figure, what it means, how it moves, and its chart with the forecast.

import { ago, hourMinute, spanWords } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { older } from "./mirror.js";
import { movement } from "./river.js";
import { RiverPlot } from "./riverplot.js";
import { t } from "./texts.js";
import { LEVEL, number } from "./words.js";

const OLD_READING_MS = 10 * 60 * 1000;
const LOOK_MS = 5000;
const MOST = 6;

/** Shows the gauges of `mirror` in `parent`, the highest first; returns {repaint} for a change of colours. */
export function showWater(parent, mirror) {
  const cards = new Map();
  const draw = () => {
    const gauges = (mirror.get("gauges") ?? []).toSorted((a, b) => b.level - a.level).slice(0, MOST);
    parent.hidden = gauges.length === 0;
    document.body.classList.toggle("no-gauges", gauges.length === 0);
    parent.classList.toggle("several", gauges.length > 1);
    for (const id of [...cards.keys()]) if (!gauges.some((gauge) => gauge.id === id)) (cards.get(id).plot.end(), cards.delete(id));
    for (const gauge of gauges) cards.set(gauge.id, (cards.get(gauge.id) ?? new Card()).update(gauge, outlookOf(gauge, mirror)));
    const nodes = gauges.map((gauge) => cards.get(gauge.id).node);
    if (nodes.some((node, index) => parent.children[index] !== node) || parent.children.length !== nodes.length) replace(parent, nodes);
  };
  mirror.on("gauges flood", draw);
  setInterval(draw, LOOK_MS);
  return { repaint: () => cards.forEach((card) => card.plot.repaint()) };
}

function outlookOf(gauge, mirror) {
  return (mirror.get("flood")?.outlooks ?? []).find((one) => one.station === gauge.id);
}

class Card {
  constructor() {
    this.plot = new RiverPlot();
    this.now = el("div", { class: "gauge-now" });
    this.node = el("article", { class: "card gauge" }, this.now, el("div", { class: "gauge-chart" }, this.plot.node));
  }

  update(gauge, outlook) {
    const old = gauge.at_ms === null || older(gauge.at_ms, OLD_READING_MS);
    const print = JSON.stringify([gauge, outlook, old]);
    if (print === this.print) return this;
    this.print = print;
    const bad = gauge.quality !== "good";
    this.node.className = `card gauge level-${gauge.level} ${old || bad ? "old" : ""}`;
    this.node.dataset.gauge = gauge.id;
    replace(this.now,
      el("h2", {}, icon("river"), gauge.name),
      el("p", { class: "gauge-value" }, number(gauge.value), el("small", {}, ` ${gauge.unit}`)),
      el("p", { class: "gauge-level" }, gauge.value === null ? t("Chưa có số đo") : bad ? t("Số đo đáng ngờ") : gauge.bao_dong_m ? LEVEL[gauge.level] : ""),
      el("p", { class: "gauge-rise" }, old ? [] : rise(gauge)),
      ahead(gauge, outlook),
      gauge.at_ms === null ? null : el("p", { class: `gauge-age ${old ? "bad" : "muted"}` }, `${t("đo")} `, ago(gauge.at_ms)));
    this.plot.update(gauge, outlook);
    return this;
  }
}

function rise(gauge) {
  const moved = movement(gauge);
  if (moved === null) return [];
  const { speed, sure } = moved;
  if (Math.abs(speed) < 0.01) return [icon("steady"), t("đứng")];
  const [mark, words] = speed > 0 ? ["rise", t("lên")] : ["fall", t("xuống")];
  return [icon(mark), sure ? t("%(words)s %(abs)s m/giờ", { words, abs: number(Math.abs(speed)) }) : t("đang %(words)s", { words })];
}

/** What comes: the next level and when, or the height that is expected. */
function ahead(gauge, outlook) {
  if (!outlook || outlook.level_m === null) return null;
  const { next_level: next, reach_from_ms: from, reach_to_ms: to } = outlook;
  const level = (gauge.bao_dong_m ?? []).indexOf(next) + 1; // it comes in metres; 0: the levels were changed since
  const rises = outlook.rate_m_h > 0;
  if (level > 0 && from && rises === next > gauge.value) { // else it was crossed since, and the next forecast names another
    const when = to && to !== from ? t("%(from)s đến %(to)s", { from: hourMinute(from), to: hourMinute(to) }) : hourMinute(from);
    const words = rises ? t("báo động %(level)s lúc %(when)s", { level, when }) : t("dưới báo động %(level)s lúc %(when)s", { level, when });
    return el("p", { class: "gauge-ahead" }, icon("clock"), words);
  }
  return el("p", { class: "gauge-ahead" }, icon("clock"), t("%(span)s nữa: %(low)s đến %(high)s m", { span: spanWords(outlook.horizon_ms), low: number(outlook.low_m), high: number(outlook.high_m) }));
}
