// The calendar: loads a week, draws it, and opens the forms.

import { dayWords, serverNow } from "./ages.js";
import { doing, get, post, toast } from "./ask.js";
import { drawDay, drawTabs, drawWeek } from "./calweek.js";
import { byId, may, mirror, startDesk } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { openProgramme, together } from "./programme.js";
import { openStorm } from "./stormform.js";
import { t } from "./texts.js";
import { hamletNames, WEEKDAY } from "./words.js";

const DAY_MS = 86_400_000;
const ZONE_MS = 7 * 3_600_000;
const AGAIN_MS = 60_000;
let first = mondayOf(serverNow());
let day = "";
let data = null;

/** A local day as "2026-11-23". */
export function dayOf(ms) {
  return new Date(ms + ZONE_MS).toISOString().slice(0, 10);
}

/** When a local day begins, UTC. */
export function startOf(text) {
  return Date.parse(`${text}T00:00:00+07:00`);
}

function mondayOf(ms) {
  const local = new Date(ms + ZONE_MS);
  return dayOf(ms - ((local.getUTCDay() + 6) % 7) * DAY_MS);
}

async function load() {
  const wanted = first;
  try {
    const answer = await get("/api/calendar", { first: wanted, days: 7 });
    if (wanted === first) show(answer);
  } catch (error) {
    toast(error.message, "bad");
  }
}

function show(answer) {
  data = answer;
  const days = [0, 1, 2, 3, 4, 5, 6].map((number) => dayOf(startOf(first) + number * DAY_MS));
  const today = dayOf(serverNow());
  if (!days.includes(day)) day = days.includes(today) ? today : days[0];
  const last = days[6];
  replace(byId("week"), t("Lịch phát %(first)s – %(last)s/%(slice)s", { first: short(first), last: short(last), slice: last.slice(0, 4) }));
  const week = { days, today, day, data, commune: mirror.get("commune"), open: openAiring };
  drawWeek(byId("grid"), week);
  drawTabs(byId("day-tabs"), week, (chosen) => {
    day = chosen;
    show(data);
  });
  drawDay(byId("day-list"), week);
  drawWarnings();
  drawProgrammes();
  planWanted();
}

/** "#plan/<notice>", where a notice's card leads: the form opens with it, once. */
function planWanted() {
  const [what, id] = location.hash.slice(1).split("/");
  const notice = (mirror.get("bulletins") ?? []).find((one) => one.id === id);
  if (what !== "plan" || !data || !notice || !may("AddProgramme")) return;
  history.replaceState(null, "", location.pathname);
  openProgramme(null, data, load, notice);
}

const short = (text) => `${text.slice(8)}/${text.slice(5, 7)}`;

function openAiring(airing) {
  const programme = data.programmes.find((one) => one.id === airing.programme);
  if (programme && programme.every_min === 0 && may("ChangeProgramme")) openProgramme(programme, data, load);
}

function drawWarnings() {
  const lines = [
    ...data.programmes.filter((one) => one.trouble).map((one) => ["extreme", `${one.title}: ${one.trouble}`]),
    ...together(data.clashes, (clash) => `${where(clash.hamlets)}: ${clash.words}`, (clash) => clash.from_ms)
      .map(([when, words]) => ["moderate", `${when}, ${words}`]),
    ...together(data.refused, (one) => t("“%(title)s” không được xếp: %(why)s", { title: one.title, why: one.why }), (one) => one.at_ms)
      .map(([when, words]) => ["cross", `${when}, ${words}`]),
  ];
  const calm = el("li", { class: "ok" }, icon("check"), el("span", {}, t("Không có gì chồng giờ hay vượt hạn mức trong tuần này.")));
  replace(byId("warnings"), lines.length === 0 ? calm : lines.map(([name, words]) => el("li", { class: `warning-${name}` }, icon(name), el("span", {}, words))));
}

const where = (hamlets) => hamletNames(hamlets, mirror.get("commune"));

function drawProgrammes() {
  const none = el("li", { class: "muted" }, t("Chưa có chương trình nào."));
  replace(byId("programmes"), data.programmes.length === 0 ? none : data.programmes.map(programmeRow));
}

/** "Thứ hai đến thứ bảy" or "Thứ hai, thứ tư". */
export function daysWords(days) {
  if (days.length === 7) return t("Hằng ngày");
  const run = days.length > 2 && days.every((one, at) => one === days[0] + at);
  return run ? t("%(days)s đến %(WEEKDAY)s", { days: WEEKDAY[days[0]], WEEKDAY: WEEKDAY[days.at(-1)].toLowerCase() })
    : days.map((one, at) => (at ? WEEKDAY[one].toLowerCase() : WEEKDAY[one])).join(", ");
}

function programmeRow(one) {
  const storm = one.every_min > 0;
  const when = storm ? t("%(every_min)s phút một lần, %(times)s đến %(times2)s", { every_min: one.every_min, times: one.times[0], times2: one.times.at(-1) }) : `${daysWords(one.days)}, ${one.times.join(", ")}`;
  const until = storm ? t("tới %(until_ms)s", { until_ms: dayWords(one.until_ms) }) : t("tới %(last)s/%(last2)s", { last: short(one.last), last2: one.last.slice(0, 4) });
  return el("li", { class: `programme${storm ? " is-storm" : ""}` }, icon(storm ? "storm" : "calendar"),
    el("div", {}, el("strong", {}, storm ? t("Chế độ bão: %(title)s", { title: one.title }) : one.title),
      el("p", { class: "muted" }, `${when}, ${until} · ${where(one.hamlets)}`),
      el("p", { class: "muted" }, one.parts.map((part) => part.title || part.ref).join(" → ")),
      one.trouble ? el("p", { class: "bad" }, one.trouble) : null),
    el("div", { class: "programme-buttons" }, storm ? endButton(one) : [changeButton(one), ...removeButton(one)]));
}

function changeButton(one) {
  if (!may("ChangeProgramme")) return null;
  return el("button", { type: "button", class: "secondary", onclick: () => openProgramme(one, data, load) }, icon("pen"), t("Sửa"));
}

function removeButton(one) {
  if (!may("RemoveProgramme")) return [];
  return twice(one, t("Bỏ"), t("Bỏ hẳn?"), async () => {
    await post(`/api/programmes/${one.id}/remove`);
    toast(t("Đã bỏ “%(title)s” khỏi lịch.", { title: one.title }));
  });
}

function endButton(one) {
  if (!may("EndStorm")) return [];
  return twice(one, t("Kết thúc bão"), t("Kết thúc thật?"), async () => {
    await post(`/api/storms/${one.id}/end`);
    toast(t("Đã kết thúc chế độ bão."));
  });
}

/** A button that asks once more in its own place. */
function twice(one, words, sure, action) {
  const confirm = doing([icon("cross"), sure], { class: "primary danger", hidden: true }, async () => {
    await action();
    await load();
  });
  const ask = el("button", { type: "button", class: "secondary" }, icon("cross"), words);
  ask.addEventListener("click", () => {
    ask.hidden = true;
    confirm.hidden = false;
    confirm.focus();
  });
  return [ask, confirm];
}

function turn(weeks) {
  first = weeks === 0 ? mondayOf(serverNow()) : dayOf(startOf(first) + weeks * 7 * DAY_MS);
  load();
}

byId("add").hidden = !may("AddProgramme");
byId("storm-open").hidden = !may("StartStorm");
byId("add").addEventListener("click", () => openProgramme(null, data, load));
byId("storm-open").addEventListener("click", () => openStorm(load));
byId("before").addEventListener("click", () => turn(-1));
byId("today").addEventListener("click", () => turn(0));
byId("after").addEventListener("click", () => turn(1));
mirror.on("commune storm", load);
mirror.on("bulletins", planWanted);
setInterval(load, AGAIN_MS);
startDesk();
