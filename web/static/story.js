// Cameras with an open incident grow by themselves, and tell its story below their picture.

import { ago, lasting, momentWords, serverNow } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { headline, whoKnows } from "./known.js";
import { keepPlaced } from "./mosaic.js";
import { t } from "./texts.js";
import { mostWords, SEVERITY } from "./words.js";

const RANKS = ["minor", "moderate", "severe", "extreme"];
const MOST_BIG = 3;
const AFTER_MS = 60 * 1000; // what just ended stays big for so long
const LOOK_MS = 5000;

/** Keeps the tiles in `parent` placed, those with an incident big and with their story. */
export function showStories(parent, mirror) {
  let shown = [];
  const place = keepPlaced(parent, () => shown.map((incident) => incident.camera));
  const look = () => {
    shown = storied(mirror);
    document.body.classList.toggle("has-story", shown.length > 0);
    place();
    write(parent, shown);
  };
  mirror.on("incidents cameras", look);
  new MutationObserver(look).observe(parent, { childList: true });
  setInterval(look, LOOK_MS);
}

/** The incidents that make a camera big: one a camera, the worst and newest first. */
function storied(mirror) {
  const cameras = new Set((mirror.get("cameras") ?? []).map((camera) => camera.id));
  const worthy = (mirror.get("incidents") ?? []).filter((one) => cameras.has(one.camera) && isStory(one));
  worthy.sort((a, b) => RANKS.indexOf(b.severity) - RANKS.indexOf(a.severity) || b.began_at_ms - a.began_at_ms);
  const firsts = worthy.filter((one, index) => worthy.findIndex((other) => other.camera === one.camera) === index);
  return firsts.slice(0, MOST_BIG);
}

function isStory({ state, severity, verdict, ended_at_ms: ended, kind }) {
  if (verdict === "false_alarm" || severity === "minor" || kind === "device") return false;
  return state === "open" || serverNow() - (ended ?? 0) < AFTER_MS;
}

function write(parent, shown) {
  for (const tile of parent.querySelectorAll(":scope > .tile")) {
    const incident = shown.find((one) => one.camera === tile.dataset.camera);
    const old = tile.querySelector(":scope > .tile-story");
    if (!incident) old?.remove();
    else fill(old ?? tile.appendChild(el("div", { class: "tile-story", "aria-live": "polite" })), incident);
  }
}

function fill(node, incident) {
  const print = JSON.stringify(incident);
  if (node.print === print) return;
  node.print = print;
  node.className = `tile-story sev-${incident.severity}`;
  replace(node, still(incident), el("div", { class: "story-words" },
    el("p", { class: "story-head" }, icon(incident.severity), el("strong", {}, SEVERITY[incident.severity]), el("span", {}, incident.place),
      el("span", {}, incident.state === "open" ? [`${t("từ %(time)s", { time: momentWords(incident.began_at_ms) })} · `, lasting(incident.began_at_ms)] : [`${t("đã kết thúc")} `, ago(incident.ended_at_ms)])),
    el("p", { class: "story-title" }, incident.title, incident.most > 1 ? ` · ${mostWords(incident.label, incident.most)}` : ""),
    el("div", { class: "story-known" }, headline(incident), counts(incident))));
}

function counts(incident) {
  const { answered, reached, trying, missed } = whoKnows(incident);
  const words = [
    missed.length > 0 ? el("b", { class: "bad" }, t("CHƯA TỚI %(count)s NGƯỜI", { count: missed.length })) : null,
    answered.length > 0 ? el("span", { class: "ok" }, t("%(n)s đã trả lời", { n: answered.length })) : null,
    reached.length > 0 ? el("span", {}, t("%(n)s đã nhắn tới", { n: reached.length })) : null,
    trying.length > 0 ? el("span", {}, t("%(n)s đang gọi", { n: trying.length })) : null,
  ];
  return el("p", { class: "story-counts" }, words);
}

/** The picture of when it began, with the box of what was seen. */
function still({ still: name, box, place }) {
  if (!name) return null;
  const figure = el("figure", { class: "story-still" });
  const gone = () => figure.remove();
  figure.append(el("img", { src: `/stills/${encodeURIComponent(name)}`, alt: t("Ảnh lúc xảy ra: %(place)s", { place }), onerror: gone }));
  if (box) figure.append(frame(box));
  return figure;
}

function frame([left, top, right, bottom]) {
  const node = el("i", { class: "story-box" });
  Object.assign(node.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${(right - left) * 100}%`, height: `${(bottom - top) * 100}%` });
  return node;
}
