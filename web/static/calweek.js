// Draws a week as columns of hours, and one day as a list for a phone.

import { hourMinute } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { AIRING, hamletNames, length, OUTCOME, PRIORITY, WEEKDAY } from "./words.js";

const HOUR_MS = 3_600_000;
const HOUR_PX = 40;
const LEAST_PX = 22;
const FIRST_HOUR = 5;
const LAST_HOUR = 19;
const startOf = (text) => Date.parse(`${text}T00:00:00+07:00`);

/** The whole week. */
export function drawWeek(node, week) {
  const blocks = week.days.map((day) => blocksOf(week, day));
  const [from, to] = hoursOf(blocks.flat(), week.days);
  const hours = el("div", { class: "hours" }, el("div", { class: "day-head" }),
    el("ol", {}, Array.from({ length: to - from }, (_, at) => el("li", {}, `${from + at}:00`))));
  replace(node, hours, week.days.map((day, at) => column(week, day, blocks[at], from, to)));
}

/** One button a day, for a phone. */
export function drawTabs(node, week, choose) {
  replace(node, week.days.map((day, at) => el("button", {
    type: "button", class: day === week.today ? "is-today" : null, "aria-pressed": String(day === week.day), onclick: () => choose(day),
  }, el("small", {}, at === 6 ? "CN" : `T${at + 2}`), day.slice(8))));
}

/** The chosen day as a list. */
export function drawDay(node, week) {
  const at = week.days.indexOf(week.day);
  const blocks = blocksOf(week, week.day);
  const calm = el("p", { class: "calm" }, t("Không có gì theo lịch trong ngày này."));
  replace(node, head(week, week.day, at), blocks.length === 0 ? calm : el("ol", {}, blocks.map((block) => listRow(week, block))));
}

/** Airings of one programme that follow each other are one block; refused ones stand by themselves. */
function blocksOf(week, day) {
  const from = startOf(day);
  const here = (one) => one.at_ms >= from && one.at_ms < from + 24 * HOUR_MS;
  const met = new Set(week.data.clashes.flatMap((clash) => [clash.one, clash.other]));
  const blocks = [];
  for (const airing of week.data.airings.filter(here)) {
    const last = blocks.findLast((block) => block.programme === airing.programme);
    if (last && airing.at_ms - last.ends_ms < 5_000) join(last, airing, met);
    else blocks.push({ ...airing, day, parts: [airing], ends_ms: airing.at_ms + airing.ms, clash: met.has(airing.key) });
  }
  const refused = week.data.refused.filter(here).map((one) => ({ ...one, day, ms: 0, ends_ms: one.at_ms, parts: [], refused: true, hamlets: [] }));
  return [...blocks, ...refused].sort((one, other) => one.at_ms - other.at_ms);
}

function join(block, airing, met) {
  block.parts.push(airing);
  block.ends_ms = airing.at_ms + airing.ms;
  block.clash ||= met.has(airing.key);
}

function hoursOf(blocks, days) {
  const hour = (block, ms) => (ms - startOf(block.day)) / HOUR_MS;
  const first = Math.floor(Math.min(FIRST_HOUR, ...blocks.map((block) => hour(block, block.at_ms))));
  const last = Math.ceil(Math.max(LAST_HOUR, ...blocks.map((block) => hour(block, block.ends_ms) + LEAST_PX / HOUR_PX)));
  return [first, Math.min(24, last), days];
}

function column(week, day, blocks, from, to) {
  const track = el("div", { class: "track" });
  track.style.height = `${(to - from) * HOUR_PX}px`;
  const placed = lanes(blocks.map((block) => place(block, from)));
  for (const one of placed) track.append(blockNode(week, one));
  if (day === week.today) track.append(nowLine(week, from));
  return el("div", { class: `day${day === week.today ? " is-today" : ""}` }, head(week, day, week.days.indexOf(day)), track);
}

function place(block, from) {
  const top = ((block.at_ms - startOf(block.day)) / HOUR_MS - from) * HOUR_PX;
  const height = Math.max(LEAST_PX, ((block.ends_ms - block.at_ms) / HOUR_MS) * HOUR_PX);
  return { block, top, bottom: top + height, height };
}

/** Blocks that would lie on each other stand side by side. */
function lanes(placed) {
  let cluster = [];
  let bottom = -1;
  const close = () => cluster.forEach((one) => { one.lanes = Math.max(...cluster.map((other) => other.lane + 1)); });
  for (const one of placed) {
    if (one.top >= bottom) {
      close();
      cluster = [];
    }
    const taken = cluster.filter((other) => other.bottom > one.top).map((other) => other.lane);
    one.lane = 0;
    while (taken.includes(one.lane)) one.lane += 1;
    cluster.push(one);
    bottom = Math.max(bottom, one.bottom);
  }
  close();
  return placed;
}

function blockNode(week, { block, top, height, lane, lanes: count }) {
  const node = el("button", { type: "button", class: kindOf(block), title: titleOf(week, block), onclick: () => week.open(block) },
    mark(block), el("b", {}, hourMinute(block.at_ms)), el("span", {}, nameOf(week, block)));
  node.style.top = `${top}px`;
  node.style.height = `${height - 2}px`;
  node.style.left = `${(lane / count) * 100}%`;
  node.style.width = `calc(${100 / count}% - 3px)`;
  return node;
}

const mark = (block) => icon(block.refused ? "cross" : block.clash ? "moderate" : block.storm ? "storm" : block.source === "relay" ? "radio" : "horn");

function kindOf(block) {
  const kinds = ["block", `state-${block.state ?? "refused"}`];
  if (block.refused) kinds.push("is-refused");
  if (block.clash) kinds.push("is-clash");
  if (block.storm) kinds.push("is-storm");
  if (block.priority === "uu_tien") kinds.push("is-urgent");
  return kinds.join(" ");
}

function nameOf(week, block) {
  const programme = week.data.programmes.find((one) => one.id === block.programme);
  return block.parts.length > 1 && programme ? programme.title : block.title;
}

function titleOf(week, block) {
  if (block.refused) return t("%(at_ms)s “%(title)s” không được xếp: %(why)s", { at_ms: hourMinute(block.at_ms), title: block.title, why: block.why });
  const parts = block.parts.map((part) => `${hourMinute(part.at_ms)} ${part.title} (${length(part.ms)}), ${AIRING[part.state] ?? part.state}${part.reason ? `: ${part.reason}` : ""}`);
  return [hamletNames(block.hamlets, week.commune), ...parts, ...clashWords(week, block)].join("\n");
}

function clashWords(week, block) {
  const keys = block.parts.map((part) => part.key);
  return week.data.clashes.filter((clash) => keys.includes(clash.one) || keys.includes(clash.other)).map((clash) => clash.words);
}

function nowLine(week, from) {
  const node = el("i", { class: "now-line" });
  node.style.top = `${((week.data.now_ms - startOf(week.today)) / HOUR_MS - from) * HOUR_PX}px`;
  return node;
}

function head(week, day, at) {
  const holiday = week.data.holidays[day];
  return el("div", { class: "day-head" }, el("strong", {}, `${WEEKDAY[at]} ${day.slice(8)}/${day.slice(5, 7)}`),
    holiday ? el("small", { class: "holiday" }, holiday) : null, minutes(week.data.minutes.find((one) => one.day === day)));
}

/** How much of the day's minutes the fullest hamlet has. */
function minutes(one) {
  if (!one || one.day_s === 0) return el("small", { class: "minutes muted" }, t("0 phút"));
  const limit = one.session_limit_s || one.day_limit_s;
  const used = one.session_limit_s ? Math.max(one.morning_s, one.afternoon_s) : one.day_s;
  const share = limit ? Math.min(1, used / limit) : 0;
  const words = limit ? (one.session_limit_s ? t("%(used)s/%(limit)s phút một buổi", { used: whole(used), limit: whole(limit) }) : t("%(used)s/%(limit)s phút", { used: whole(used), limit: whole(limit) })) : t("%(day_s)s phút", { day_s: whole(one.day_s) });
  const bar = el("span", { class: `bar-used${share >= 0.9 ? " is-full" : ""}` }, el("i", {}));
  bar.firstChild.style.width = `${share * 100}%`;
  const title = t("Sáng %(morning_s)s phút, chiều %(afternoon_s)s phút (thôn nghe nhiều nhất)", { morning_s: whole(one.morning_s), afternoon_s: whole(one.afternoon_s) });
  return el("small", { class: "minutes", title }, words, limit ? bar : null);
}

const whole = (seconds) => Math.round(seconds / 60);

function listRow(week, block) {
  const parts = block.refused ? el("p", { class: "bad" }, t("Không được xếp: %(why)s", { why: block.why }))
    : el("ul", {}, block.parts.map((part) => el("li", {}, `${hourMinute(part.at_ms)} ${part.title} `, el("small", { class: "muted" }, `${length(part.ms)} · ${stateWords(part)}`))));
  return el("li", { class: `row-block ${kindOf(block)}` }, mark(block),
    el("div", {}, el("strong", {}, `${hourMinute(block.at_ms)} ${nameOf(week, block)}`),
      block.refused ? null : el("p", { class: "muted" }, [block.parts.length === 1 ? PRIORITY[block.priority] : "", hamletNames(block.hamlets, week.commune)].filter(Boolean).join(" · ")),
      parts, clashWords(week, block).map((words) => el("p", { class: "warn" }, words))));
}

function stateWords(part) {
  const counted = Object.entries(part.reports).filter(([name]) => OUTCOME[name]).map(([name, count]) => `${count} loa ${OUTCOME[name]}`);
  return [AIRING[part.state] ?? part.state, part.reason, ...counted].filter(Boolean).join(", ");
}
