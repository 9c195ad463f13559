// Who knows of an incident, in words that are understood in two seconds: taken or not, how many know, who does not.

import { ago, lasting, serverNow } from "./ages.js";
import { el, icon } from "./elements.js";
import { t } from "./texts.js";

const LATE_MS = 3 * 60 * 1000; // an open incident that nobody took for so long is the news itself
const KNOWS = { taken: "answered", sent: "reached", delivered: "reached", waiting: "trying", sending: "trying", unsure: "trying", failed: "missed" };

/** {answered, reached, trying, missed}: names of people, each of them once; who was given up is missed. */
export function whoKnows({ told, not_reached: unreached = [] }) {
  const groups = { answered: [], reached: [], trying: [], missed: [...unreached] };
  for (const { name, state } of told ?? []) {
    if (KNOWS[state] && !Object.values(groups).some((names) => names.includes(name))) groups[KNOWS[state]].push(name);
  }
  return groups;
}

/** Whether nobody took it for too long. */
export function isLate({ taken_by: taken, began_at_ms: began, state, verdict }) {
  return !taken && !verdict && state === "open" && serverNow() - began > LATE_MS;
}

/** One line that says whether anybody has it in hand. */
export function headline(incident) {
  const { taken_by: taken, taken_at_ms: at, began_at_ms: began, state } = incident;
  if (taken) return el("p", { class: "taken" }, icon("hand"), el("strong", {}, taken), ` ${t("đã nhận")} `, ago(at));
  if (state !== "open" || incident.verdict) return null;
  return el("p", { class: `untaken ${isLate(incident) ? "late" : ""}` }, icon("hand"), el("strong", {}, t("CHƯA AI NHẬN VIỆC")), " ", lasting(began));
}

/** First and large whom the alarm did not reach, then how many know, with their names. */
export function knownLines(incident) {
  if (incident.told === null) return [];
  const { answered, reached, trying, missed } = whoKnows(incident);
  if (incident.told.length === 0 && missed.length === 0) return [el("p", { class: "told muted" }, icon("phone"), t("Chưa báo cho ai"))];
  return [
    missed.length > 0 ? el("p", { class: "missed" }, icon("cross"), el("span", {}, el("strong", {}, t("CHƯA TỚI %(count)s NGƯỜI", { count: missed.length })), ` ${missed.join(", ")}`)) : null,
    el("ul", { class: "knowing" },
      group("answered", "check", t("%(n)s đã trả lời", { n: answered.length }), answered),
      group("reached", "phone", t("%(n)s đã nhắn tới", { n: reached.length }), reached),
      group("trying", "clock", t("%(n)s đang gọi", { n: trying.length }), trying)),
  ].filter(Boolean);
}

function group(kind, mark, words, names) {
  if (names.length === 0) return null;
  return el("li", { class: kind }, icon(mark), el("b", {}, words), el("span", {}, names.join(", ")));
}
