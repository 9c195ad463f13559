// The list of incidents: what, where, since when, who has been told, who took it.

import { ago, lasting, momentWords } from "./ages.js";
import { el, icon, keyed, replace } from "./elements.js";
import { t } from "./texts.js";
import { mostWords, RULE_KIND, SEVERITY, TOLD, VERDICT } from "./words.js";

/** Shows the incidents of `mirror` in `parent`; `take(incident)` draws a button and titles are links, or null on the wall. */
export function showIncidents(parent, mirror, take = null) {
  const list = el("ol", { class: "incidents" });
  const calm = el("div", { class: "calm", hidden: true }, icon("check"), el("p", {}, t("Không có sự cố nào.")));
  replace(parent, list, calm);
  mirror.on("incidents", () => {
    const incidents = mirror.get("incidents") ?? [];
    keyed(list, incidents, (incident) => incidentCard(incident, take));
    calm.hidden = incidents.length > 0;
  });
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
      missed(incident), told(incident), taken(incident), closed(incident), take && !incident.taken_by && !wrong ? take(incident) : null),
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

/** First and large: whom the alarm did not reach. */
function missed(incident) {
  const names = incident.not_reached ?? [];
  if (names.length === 0) return null;
  return el("p", { class: "missed" }, icon("cross"), el("span", {}, el("strong", {}, t("CHƯA TỚI %(names)s NGƯỜI", { names: names.length })), ` ${names.join(", ")}`));
}

function told(incident) {
  if (incident.told === null) return null;
  if (incident.told.length === 0) return el("p", { class: "told muted" }, icon("phone"), t("Chưa báo cho ai"));
  const people = incident.told.map((one) =>
    el("span", { class: `told-one told-${one.state}` }, one.name, el("small", {}, TOLD[one.state] ?? one.state)));
  return el("p", { class: "told" }, icon("phone"), el("span", { class: "told-people" }, people));
}

function taken(incident) {
  if (!incident.taken_by) return null;
  return el("p", { class: "taken" }, icon("hand"), el("strong", {}, incident.taken_by), ` ${t("đã nhận lúc")} `, momentWords(incident.taken_at_ms));
}

function still(incident) {
  if (!incident.still) return null;
  const gone = (event) => event.target.remove();
  return el("img", { class: "still", onerror: gone, loading: "lazy", src: `/stills/${encodeURIComponent(incident.still)}`, alt: t("Ảnh lúc xảy ra: %(place)s", { place: incident.place }) });
}
