// Who knows of an incident: first and large who was not reached, then everybody, then every message, call and answer.

import { momentWords, withSeconds } from "./ages.js";
import { byId } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { ANSWER, MESSAGE, RANG, STATUS, WAY } from "./words.js";

const MARK = { not_reached: "cross", trying: "clock", answered: "check", not_needed: "check" };

/** `alerts` is that of /api/incidents/<id>: edge.store.alert_story, or null when nobody was to be told. */
export function showTold(alerts) {
  byId("told-sheet").hidden = !alerts;
  const missed = alerts?.not_reached ?? [];
  byId("unreached").hidden = missed.length === 0;
  if (!alerts) return;
  replace(byId("unreached"), icon("cross"), el("div", {}, el("strong", {}, t("CHƯA TỚI %(missed)s NGƯỜI", { missed: missed.length })), el("p", {}, missed.map((one) => one.name).join(", "))));
  replace(byId("told"), alerts.people.map(person));
  byId("told-events").hidden = alerts.events.length === 0;
  replace(byId("events"), alerts.events.map(event));
}

function person(one) {
  const standing = one.stands === "substitute" ? t("thay %(name)s", { name: one.stands_for_name ?? "" }) : one.stands === "chairman" ? t("báo lên chủ tịch") : "";
  const said = one.answer ? ANSWER[one.answer] : MESSAGE[one.state];
  const facts = [standing, said, RANG[one.rang], one.note].filter(Boolean).join(" · ");
  return el("li", { class: `told-${one.status}` }, icon(MARK[one.status] ?? "clock"),
    el("p", {}, el("strong", {}, one.name), el("b", {}, STATUS[one.status] ?? one.status), el("span", {}, facts)),
    el("time", { title: momentWords(one.at_ms) }, momentWords(one.at_ms)));
}

function event(one) {
  const together = one.together > 1 ? t("gộp %(together)s sự cố", { together: one.together }) : "";
  const how = one.what === "answer" ? ANSWER[one.state] : one.what === "call" ? (RANG[one.detail] ?? MESSAGE[one.state]) : MESSAGE[one.state];
  const detail = one.what === "call" ? "" : one.detail;
  return el("li", {}, icon(one.what === "answer" ? "hand" : one.what === "call" ? "phone" : "send"), el("time", { title: momentWords(one.at_ms) }, withSeconds(one.at_ms)),
    el("p", {}, el("strong", {}, one.name || "?"), ` · ${WAY[one.channel] ?? one.channel} · ${how ?? one.state}`, el("span", {}, [one.text, detail, together].filter(Boolean).join(" · "))));
}
