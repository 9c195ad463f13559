// The list of incidents: what, where, since when, who has been told, who took it.

import { ago, lasting, momentWords } from "./ages.js";
import { el, icon, keyed, replace } from "./elements.js";
import { headline, isLate, knownLines } from "./known.js";
import { t } from "./texts.js";
import { mostWords, RULE_KIND, SEVERITY, VERDICT } from "./words.js";

const RANKS = ["minor", "moderate", "severe", "extreme"];
const LOOK_MS = 10000; // how late nobody took one is seen by looking

/** Shows the incidents of `mirror` in `parent`; `take(incident)` draws a button and titles are links, or null on the wall. */
export function showIncidents(parent, mirror, take = null) {
  const list = el("ol", { class: "incidents" });
  const calm = el("div", { class: "calm", hidden: true }, icon("check"), el("p", {}, t("Không có sự cố nào.")));
  replace(parent, list, calm);
  const draw = () => {
    const incidents = inOrder(mirror.get("incidents") ?? [], take === null);
    keyed(list, incidents.map((incident) => ({ ...incident, late: isLate(incident) })), (incident) => incidentCard(incident, take));
    calm.hidden = incidents.length > 0 || mirror.get("incidents") === undefined;
  };
  mirror.on("incidents", draw);
  setInterval(draw, LOOK_MS);
}

/** On the wall, which shows only some: what goes on before what is over, the worst first. */
function inOrder(incidents, worstFirst) {
  const weight = ({ state, severity, verdict }) => (state === "open" && verdict !== "false_alarm" ? 1 + RANKS.indexOf(severity) : 0);
  return worstFirst ? incidents.toSorted((a, b) => weight(b) - weight(a)) : incidents;
}

/** One incident as a list item. Where there is a `link` its title leads to its page; `told` null is left out. */
export function incidentCard(incident, take = null, link = take !== null) {
  const open = incident.state === "open";
  const wrong = incident.verdict === "false_alarm";
  const classes = `incident sev-${incident.severity} ${open ? "open" : "closed"} ${wrong ? "wrong" : ""}`;
  return el("li", { class: classes, "data-incident": incident.id },
    el("div", { class: "incident-mark" }, icon(incident.severity, SEVERITY[incident.severity])),
    el("div", { class: "incident-body" },
      el("p", { class: "incident-head" },
        el("strong", { class: "severity" }, SEVERITY[incident.severity] ?? incident.severity),
        el("span", {}, momentWords(incident.began_at_ms)), when(incident, open), verdict(incident)),
      el("p", { class: "incident-title" }, link ? el("a", { href: `/incidents/${encodeURIComponent(incident.id)}` }, incident.title) : incident.title),
      el("p", { class: "incident-place" }, [incident.place, RULE_KIND[incident.rule_kind], several(incident)].filter(Boolean).join(" · ")),
      headline(incident), knownLines(incident), closed(incident), take && !incident.taken_by && !wrong ? take(incident) : null),
    still(incident));
}

function when(incident, open) {
  if (open) return el("span", { class: "badge badge-open" }, `${t("đang diễn ra")} `, lasting(incident.began_at_ms));
  return el("span", { class: "muted" }, `${t("đã kết thúc")} `, ago(incident.ended_at_ms ?? incident.began_at_ms));
}

function verdict(incident) {
  if (!incident.verdict) return null;
  return el("span", { class: `badge verdict ${incident.verdict}` }, VERDICT[incident.verdict] ?? incident.verdict);
}

/** One is what everybody expects; more is news. */
function several(incident) {
  return incident.most > 1 ? mostWords(incident.label, incident.most) : "";
}

function closed(incident) {
  if (!incident.closed_by) return null;
  return el("p", { class: "taken" }, icon("check"), el("strong", {}, incident.closed_by), ` ${t("kết thúc: %(closed_how)s", { closed_how: incident.closed_how })}`);
}

function still(incident) {
  if (!incident.still) return null;
  const gone = (event) => event.target.remove();
  return el("img", { class: "still", onerror: gone, loading: "lazy", src: `/stills/${encodeURIComponent(incident.still)}`, alt: t("Ảnh lúc xảy ra: %(place)s", { place: incident.place }) });
}
