// Watched machines of the commune's network: Wi-Fi points, servers, recorders. One word on the wall, a card on the panel.

import { lasting } from "./ages.js";
import { el, icon } from "./elements.js";
import { t } from "./texts.js";
import { hamletNames } from "./words.js";

const STATE = { up: t("trả lời"), down: t("không trả lời"), unknown: t("chưa rõ, chưa hỏi được lần nào") };
const MARKS = { up: ["check", "ok"], down: ["cross", "bad"], unknown: ["clock", "muted"] };
const RANKS = ["down", "unknown", "up"];
const NAMED_ON_WALL = 2;

/** What the wall says of the dead ones: {title, names, since}; null while there is none. */
export function deadHosts(hosts) {
  const dead = hosts.filter((host) => host.state === "down").toSorted((a, b) => b.since_ms - a.since_ms);
  if (dead.length === 0) return null;
  if (dead.length === 1) return { title: t("%(name)s không trả lời", { name: dead[0].name }), names: "", since: dead[0].since_ms };
  const more = dead.length > NAMED_ON_WALL ? t(" và %(n)s máy khác", { n: dead.length - NAMED_ON_WALL }) : "";
  return { title: t("%(n)s máy trong mạng không trả lời", { n: dead.length }), names: dead.slice(0, NAMED_ON_WALL).map((host) => host.name).join(", ") + more, since: dead[0].since_ms };
}

/** Rows for the technician, the dead ones first. */
export function hostRows(hosts, commune) {
  return hosts.toSorted((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state)).map((host) => hostRow(host, commune));
}

function hostRow({ name, state, since_ms: since, hamlet }, commune) {
  const [mark, kind] = MARKS[state] ?? MARKS.unknown;
  return el("li", { class: "row", "data-host": state }, el("span", { class: kind }, icon(mark)),
    el("div", {}, el("p", {}, el("strong", {}, name), " ", el("span", { class: kind }, STATE[state] ?? state, " ", state !== "unknown" && since ? lasting(since) : "")),
      hamlet ? el("p", { class: "muted" }, hamletNames([hamlet], commune)) : null));
}

/** "11/12": how many answer. */
export function hostCount(hosts) {
  return `${hosts.filter((host) => host.state === "up").length}/${hosts.length}`;
}
