// The commune's map, drawn by Leaflet without any server of maps: hamlets, cameras, horns, gauges and what happens there.

import { el, icon, replace } from "./elements.js";
import { leaflet } from "./library.js";
import { ground, positions } from "./mapground.js";
import { t } from "./texts.js";
import { number, SEVERITY } from "./words.js";

const RANKS = ["minor", "moderate", "severe", "extreme"];
const SECTIONS = "map commune cameras horns gauges incidents on_air";
const MOST_ALONE = 2;
const MARGIN = 14; // pixels around the commune
const STEP_EM = 2; // between things that stand in a row

/** Keeps a map of `mirror` in `parent`. With `pick(hamlet id)` hamlets can be chosen; `show(ids)` marks the chosen ones. */
export async function showMap(parent, mirror, { pick = null } = {}) {
  const map = new CommuneMap(parent, await leaflet().catch(() => null), pick);
  mirror.on(SECTIONS, () => map.update(mirror));
  return map;
}

class CommuneMap {
  #prints = {};
  #chosen = new Set();
  #areas = new Map();

  constructor(parent, L, pick) {
    Object.assign(this, { parent, L, pick });
    parent.classList.add("map");
    if (!L) return replace(parent, el("p", { class: "map-empty" }, icon("place"), t("Chưa có thư viện bản đồ trên máy này: kỹ thuật viên chạy molang assets pull.")));
    const still = { zoomControl: false, attributionControl: false, dragging: Boolean(pick), scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, keyboard: false, touchZoom: Boolean(pick), zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false };
    this.map = L.map(parent, { ...still, zoomSnap: 0 }).setView([0, 0], 10);
    this.land = L.layerGroup().addTo(this.map);
    this.things = L.layerGroup().addTo(this.map);
    new ResizeObserver(() => this.fit()).observe(parent);
  }

  update(mirror) {
    if (!this.map || !mirror.get("commune")) return;
    const now = snapshot(mirror);
    if (this.#isNew("land", [now.base, now.busy, now.alarmed])) this.drawLand(now);
    if (this.#isNew("things", [now.base, now.things])) this.drawThings(now);
  }

  /** A gauge that rises must not draw the hamlets anew under somebody's hand. */
  #isNew(what, facts) {
    const print = JSON.stringify(facts);
    const same = this.#prints[what] === print;
    this.#prints[what] = print;
    return !same;
  }

  drawLand({ base, busy, alarmed }) {
    const { L } = this;
    const focused = [...this.#areas].find(([, area]) => area.getElement() === document.activeElement)?.[0];
    this.land.clearLayers();
    this.#areas.clear();
    this.parent.classList.toggle("diagram", !base.drawn);
    for (const hamlet of base.hamlets) {
      const className = ["area", busy.includes(hamlet.id) && "on-air-here", alarmed[hamlet.id] && `alarmed sev-${alarmed[hamlet.id]}`].filter(Boolean).join(" ");
      const area = L.polygon(hamlet.rings.map((ring) => [ring]), { className, interactive: Boolean(this.pick) }).addTo(this.land);
      this.#areas.set(hamlet.id, area);
      this.#openTo(area, hamlet);
      this.#name(hamlet.centre, hamlet.name, "map-name");
    }
    for (const line of base.lines) {
      L.polyline(line.points, { className: `line-${line.kind}`, interactive: false }).addTo(this.land);
      if (line.kind === "river") this.#name(line.points[Math.floor(line.points.length * 0.22)], line.name, "map-name river-name");
    }
    this.#mark();
    this.fit();
    this.#areas.get(focused)?.getElement()?.focus({ preventScroll: true });
  }

  #name(at, words, className) {
    const sign = this.L.divIcon({ className, html: el("span", {}, words), iconSize: [0, 0] });
    this.L.marker(at, { icon: sign, interactive: false, keyboard: false }).addTo(this.land);
  }

  #openTo(area, hamlet) {
    const node = area.getElement();
    if (!this.pick || !node) return;
    const choose = () => this.pick(hamlet.id);
    area.on("click", choose);
    for (const [name, value] of [["tabindex", "0"], ["role", "checkbox"], ["aria-label", hamlet.name]]) node.setAttribute(name, value);
    node.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      choose();
    });
  }

  /** Mark these hamlets as chosen. */
  show(ids) {
    this.#chosen = new Set(ids);
    this.#mark();
  }

  #mark() {
    for (const [id, area] of this.#areas) {
      area.getElement()?.classList.toggle("chosen", this.#chosen.has(id));
      if (this.pick) area.getElement()?.setAttribute("aria-checked", String(this.#chosen.has(id)));
    }
  }

  drawThings({ base, things }) {
    this.things.clearLayers();
    const places = positions(base, things);
    for (const thing of things) {
      const place = places.get(thing.key) ?? places.get(thing.beside);
      if (place) this.#thing(thing, place);
    }
  }

  #thing(thing, { at, sure, shift }) {
    const node = el("div", { class: `spot spot-${thing.kind} ${thing.look} ${sure ? "" : "about"}`, title: thing.title }, icon(thing.icon, thing.title), thing.words ? el("b", {}, thing.words) : null);
    Object.assign(node.style, { left: `${shift[0] * STEP_EM}em`, top: `${shift[1] * STEP_EM}em` });
    const sign = this.L.divIcon({ className: "spot-place", html: node, iconSize: [0, 0] });
    this.L.marker(at, { icon: sign, interactive: false, keyboard: false, zIndexOffset: thing.rank * 1000 }).addTo(this.things);
  }

  fit() {
    if (!this.map || this.parent.clientWidth === 0) return;
    this.map.invalidateSize({ animate: false });
    const bounds = this.L.latLngBounds([...this.#areas.values()].map((area) => area.getBounds()));
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [MARGIN, MARGIN], animate: false });
  }
}

function snapshot(mirror) {
  const base = ground(mirror.get("map"), mirror.get("commune"));
  const open = (mirror.get("incidents") ?? []).filter((one) => one.state === "open" && one.verdict !== "false_alarm");
  const aired = (mirror.get("on_air") ?? []).flatMap((item) => item.hamlets);
  return {
    base,
    busy: aired.includes("all") ? base.hamlets.map((hamlet) => hamlet.id) : aired,
    alarmed: worst(open),
    things: [...gathered(cameras(mirror.get("cameras") ?? [], open), base), ...horns(mirror.get("horns") ?? []), ...gauges(mirror.get("gauges") ?? []), ...alarms(open)],
  };
}

/** The worst severity of an open incident in each hamlet. */
function worst(open) {
  const found = {};
  for (const { hamlet, severity } of open) {
    if (hamlet && RANKS.indexOf(severity) > RANKS.indexOf(found[hamlet])) found[hamlet] = severity;
  }
  return found;
}

function cameras(rows, open) {
  return rows.map((one) => {
    const good = one.state === "online" && !one.trouble;
    const alarm = open.some((incident) => incident.camera === one.id);
    return { key: `camera/${one.id}`, kind: "camera", hamlet: one.hamlet, icon: good ? "camera" : "camera-off", look: alarm ? "hot" : good ? "" : "off", title: one.name, rank: good ? 1 : 2 };
  });
}

/** Many cameras that are well and have no place of their own are one sign with their number. */
function gathered(things, base) {
  const loose = things.filter((thing) => thing.look === "" && !(thing.key in base.places));
  const crowds = base.hamlets.map(({ id, name }) => ({ id, name, all: loose.filter((thing) => thing.hamlet === id) })).filter(({ all }) => all.length > MOST_ALONE);
  const hidden = new Set(crowds.flatMap(({ all }) => all.map((thing) => thing.key)));
  const signs = crowds.map(({ id, name, all }) => ({ ...all[0], key: `cameras/${id}`, words: String(all.length), title: name }));
  return [...things.filter((thing) => !hidden.has(thing.key)), ...signs];
}

function horns(rows) {
  return rows.map((one) => {
    const state = one.online ? one.state : "offline";
    return { key: `horn/${one.id}`, kind: "horn", hamlet: one.hamlet, icon: one.online ? "horn" : "horn-off", look: `horn-${state}`, title: one.name, rank: state === "playing" ? 3 : 2 };
  });
}

function gauges(rows) {
  return rows.map((one) => ({ key: `gauge/${one.id}`, kind: "gauge", hamlet: null, icon: "river", look: `level-${one.level}`, title: one.name, words: one.value === null ? "" : `${number(one.value)} ${one.unit}`, rank: 3 }));
}

/** A ring at the camera, horn or gauge of an incident; else in its hamlet. */
function alarms(open) {
  return open.map((one) => ({
    key: `incident/${one.id}`, kind: "alarm", hamlet: one.hamlet, look: `sev-${one.severity}`, icon: one.severity,
    beside: besides(one), title: `${SEVERITY[one.severity]}: ${one.title}`, rank: 4,
  })).map((one) => (one.beside ? { ...one, hamlet: null } : one));
}

function besides({ camera, subject }) {
  if (camera) return `camera/${camera}`;
  const [what, id] = (subject ?? "").split("/");
  return { gauge: `gauge/${id}`, "horn-health": `horn/${id}` }[what] ?? null;
}
