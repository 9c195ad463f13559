// The wall: wires every part of the page to the state.

import { agoWords, startTicking, withSeconds } from "./ages.js";
import { showCameras } from "./cameras.js";
import { watchSounds } from "./chime.js";
import { el, replace } from "./elements.js";
import { showFigures } from "./figures.js";
import { showHorns } from "./horns.js";
import { showIncidents } from "./incidents.js";
import { LAYOUTS, Layouts } from "./layouts.js";
import { showMap } from "./map.js";
import { Mirror } from "./mirror.js";
import { showStories } from "./story.js";
import { t } from "./texts.js";
import { showBar } from "./wallbar.js";
import { showWater } from "./wallwater.js";

const { live, token } = document.body.dataset;
const query = `?token=${encodeURIComponent(token)}`;
const byId = (id) => document.getElementById(id);
const mirror = new Mirror(`${live}/live/state${query}`);
let health = { alive: true, sinceMs: null };

function showCommune() {
  const commune = mirror.get("commune");
  if (!commune) return;
  replace(byId("commune"), commune.name);
  byId("demo").hidden = !commune.demo;
  document.title = `${commune.name} · Mõ Làng`;
}

function showHealth(now) {
  health = now;
  document.body.classList.toggle("is-dead", !now.alive);
  byId("dead").hidden = now.alive;
  byId("fallback").hidden = !(now.alive && now.by === "poll" && now.sinceMs !== null);
  tickDead();
}

function tickDead() {
  if (health.alive) return;
  const since = health.sinceMs === null ? t("Chưa nhận được số liệu nào từ máy chủ.")
    : t("Mất liên lạc với máy chủ từ %(sinceMs)s (%(sinceMs2)s).", { sinceMs: withSeconds(health.sinceMs), sinceMs2: agoWords(health.sinceMs) });
  replace(byId("dead-since"), since);
  replace(byId("dead-why"), t("%(reason)s Mọi thứ bên dưới là tình hình lúc đó; màn hình tự nối lại.", { reason: health.reason }).trim());
}

const openIncidents = () => (mirror.get("incidents") ?? []).filter((incident) => incident.state === "open");

function countIncidents() {
  const open = openIncidents().length;
  byId("incident-count").textContent = open > 0 ? t("%(open)s đang diễn ra", { open }) : "";
}

function countHorns() {
  const horns = mirror.get("horns") ?? [];
  const here = horns.filter((horn) => horn.online).length;
  byId("horn-count").className = `count ${here < horns.length ? "bad" : ""}`;
  byId("horn-count").textContent = horns.length > 0 ? t("%(here)s/%(all)s nối được", { here, all: horns.length }) : "";
}

function showMapNote() {
  const map = mirror.get("map");
  const drawn = (map?.hamlets ?? []).length > 0;
  byId("map-note").textContent = map?.fault ? t("Bản đồ hỏng: %(fault)s", { fault: map.fault }) : drawn ? "" : t("sơ đồ, chưa có bản đồ");
}

/** Urgent matters are never turned away. */
const urgent = () => openIncidents().some((one) => !one.taken_by && ["severe", "extreme"].includes(one.severity));

window.addEventListener("error", () => (byId("broken").hidden = false));
mirror.on("commune", showCommune);
mirror.on("incidents", countIncidents);
mirror.on("horns", countHorns);
mirror.on("map commune", showMapNote);
mirror.onHealth(showHealth);
showCameras(byId("cameras"), mirror, `${live}/live/tiles${query}`);
showStories(byId("cameras"), mirror);
showIncidents(byId("incidents"), mirror);
showHorns(byId("horns"), mirror);
showFigures(byId("figures"), byId("figures-card"), mirror);
showMap(byId("map"), mirror);
const water = showWater(byId("gauges"), mirror);
const chime = watchSounds(byId("quiet"), mirror);
const tickBar = showBar(mirror, () => health.alive);
const layouts = new Layouts(urgent, (name) => {
  replace(byId("layouts"), Object.entries(LAYOUTS).map(([key, words], index) => el("button", {
    type: "button", "aria-pressed": String(key === name), title: t("phím %(n)s", { n: index + 1 }), onclick: () => layouts.choose({ layout: key }),
  }, words)));
  water.repaint();
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey) chime.press();
});
startTicking(() => {
  tickBar();
  tickDead();
});
if (location.search.includes("token=")) {
  const kept = new URLSearchParams(location.search);
  kept.delete("token");
  history.replaceState(null, "", `${location.pathname}${kept.size > 0 ? `?${kept}` : ""}`);
}
