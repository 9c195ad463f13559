// The mosaic: a tile for each camera, with its video, or its newest picture, or the reason why there is none.

import { ago, lasting, serverNow } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { Latest } from "./latest.js";
import { watchVideo } from "./live.js";
import { older } from "./mirror.js";
import { drawOverlay } from "./overlay.js";
import { t } from "./texts.js";
import { CAMERA, notRecording, SEVERITY, TROUBLE } from "./words.js";

const FROZEN_MS = 4000; // a picture that stands still for so long is an old picture, and says so
const OLD_STILL_MS = 20000; // stills come with key frames, at the longest every 10 s
const ASPECT = 16 / 9;
const GAP = 10;
const DENSE = 420; // tiles narrower than this have smaller words
const TINY = 300; // and these only the most necessary ones
const NEW_MS = 10 * 60 * 1000;

class Tile {
  /** `videoUrl` is that of the camera's video WebSocket. */
  constructor(camera, videoUrl) {
    this.camera = camera;
    this.moved = 0; // performance.now() of the last new frame
    this.movedAt = 0; // the same by the server's clock
    this.build();
    watchVideo(this.video, videoUrl, (state, text) => this.status(state, text));
    this.video.addEventListener("timeupdate", () => this.sawFrame());
  }

  build() {
    this.video = el("video", { muted: true, playsinline: true, "aria-label": t("Hình trực tiếp: %(name)s", { name: this.camera.name }) });
    this.latest = new Latest(this.camera.id);
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.note = el("div", { class: "tile-note" });
    this.title = el("div", { class: "tile-title" });
    this.badge = el("div", { class: "tile-badge" });
    this.signs = el("ul", { class: "tile-signs" });
    this.node = el("article", { class: "tile", "data-camera": this.camera.id },
      this.latest.node, this.video, this.canvas, this.note, this.badge, this.signs, this.title);
  }

  status(state, text) {
    this.videoState = state;
    this.videoText = text;
  }

  sawFrame() {
    if (this.video.currentTime === this.lastTime) return;
    this.lastTime = this.video.currentTime;
    this.moved = performance.now();
    this.movedAt = serverNow();
  }

  /** New facts about the camera, and the worst open incident at it (or undefined). */
  update(camera, incident, zones, seen) {
    Object.assign(this, { camera, incident, zones, seen });
    this.draw();
  }

  draw() {
    const online = this.camera.state === "online";
    const moving = this.fresh();
    this.node.className = ["tile", `cam-${this.camera.state}`, online && moving && "moving",
      this.incident && `alarm sev-${this.incident.severity}`].filter(Boolean).join(" ");
    this.drawTitle();
    this.drawSigns(online);
    this.drawNote(online, moving);
    if (this.onStills || (!moving && (online || this.latest.takenAt === null))) this.latest.refresh();
    const { width, height } = this.camera;
    drawOverlay(this.canvas, { width: width || 16, height: height || 9 }, this.zones ?? [], online ? this.seen : null);
  }

  get onStills() {
    return this.camera.state === "online" && this.videoState === "stills";
  }

  /** Whether the tile shows the present: moving video, or a still as young as stills are. */
  fresh() {
    if (this.onStills) return this.latest.takenAt !== null && !older(this.latest.takenAt, OLD_STILL_MS);
    return performance.now() - this.moved < FROZEN_MS;
  }

  drawSigns(online) {
    const { trouble } = this.camera;
    const since = this.incident?.rule_kind === trouble ? this.incident.began_at_ms : null;
    const print = JSON.stringify([online, trouble, since, this.onStills, this.videoText, notRecording(this.camera)]);
    if (print === this.signsPrint) return;
    this.signsPrint = print;
    const unrecorded = notRecording(this.camera);
    replace(this.signs,
      online && trouble ? el("li", { class: "trouble" }, icon("moderate"), TROUBLE[trouble] ?? trouble, " ", since ? lasting(since) : null) : null,
      this.onStills ? el("li", {}, `${this.videoText} · ${t("ảnh tĩnh")}`) : null,
      unrecorded ? el("li", { class: "unrecorded" }, unrecorded) : null);
  }

  drawTitle() {
    const print = JSON.stringify([this.camera.name, this.incident]);
    if (print === this.titlePrint) return;
    this.titlePrint = print;
    replace(this.title, icon("camera"), el("strong", {}, this.camera.name));
    this.badge.hidden = !this.incident;
    replace(this.badge, this.incident ? badge(this.incident) : []);
  }

  drawNote(online, moving) {
    const print = JSON.stringify([online, moving, this.camera.state, this.camera.detail, this.videoState, this.movedAt, this.latest.takenAt]);
    if (print === this.notePrint) return;
    this.notePrint = print;
    const note = online ? this.videoNote(moving) : this.offlineNote();
    replace(this.note, note ?? []);
    this.note.hidden = note === null;
  }

  videoNote(moving) {
    if (moving) return null;
    if (this.onStills) return [icon("camera-off"), el("span", {}, ...(this.latest.takenAt ? [`${t("Ảnh cũ,")} `, ago(this.latest.takenAt)] : [t("Đang chờ ảnh…")]))];
    if (this.videoState === "error") return [icon("camera"), el("span", {}, this.videoText || t("Không phát được video"))];
    if (this.movedAt === 0) return [icon("camera"), el("span", {}, t("Đang chờ video…"))];
    return [icon("camera-off"), el("span", {}, `${t("Hình đứng,")} `, ago(this.movedAt))];
  }

  offlineNote() {
    const { state, detail, changed_at_ms: since } = this.camera;
    return [
      icon("camera-off"),
      el("strong", {}, CAMERA[state] ?? state),
      detail ? el("span", {}, detail) : null,
      since ? ago(since) : null,
    ].filter(Boolean);
  }
}

function badge({ severity, began_at_ms: since }) {
  return [icon(severity), el("span", {}, SEVERITY[severity] ?? severity), ago(since)];
}

/** Shows the cameras of `mirror` in `parent`; `urlOf(camera id)` gives a video's WebSocket. */
export function showCameras(parent, mirror, urlOf) {
  const tiles = new Map();
  const place = () => arrange(parent, tiles.size);
  const refresh = () => update(parent, tiles, mirror, urlOf, place);
  mirror.on("cameras incidents", refresh);
  mirror.on("tracks zones", () => overlay(tiles, mirror));
  new ResizeObserver(place).observe(parent);
  setInterval(() => tiles.forEach((tile) => tile.draw()), 1000);
}

function update(parent, tiles, mirror, urlOf, place) {
  const cameras = mirror.get("cameras") ?? [];
  const known = new Set(cameras.map((camera) => camera.id));
  for (const [id, tile] of tiles) if (!known.has(id)) (tile.node.remove(), tiles.delete(id));
  for (const camera of cameras) {
    if (!tiles.has(camera.id)) {
      tiles.set(camera.id, new Tile(camera, urlOf(camera.id)));
      parent.append(tiles.get(camera.id).node);
    }
    tiles.get(camera.id).update(camera, alarmAt(camera.id, mirror), ...sight(camera.id, mirror));
  }
  place();
}

function overlay(tiles, mirror) {
  for (const [id, tile] of tiles) tile.update(tile.camera, tile.incident, ...sight(id, mirror));
}

function sight(id, mirror) {
  return [mirror.get("zones")?.[id] ?? [], mirror.get("tracks")?.[id]];
}

/** An open incident at this camera, or one that ended minutes ago and nobody took. */
function alarmAt(id, mirror) {
  const here = (mirror.get("incidents") ?? []).filter((incident) => incident.camera === id && incident.verdict !== "false_alarm");
  const ranks = ["minor", "moderate", "severe", "extreme"];
  const open = here.filter((one) => one.state === "open" || (!one.taken_by && !older(one.ended_at_ms, NEW_MS)));
  return open.sort((a, b) => ranks.indexOf(b.severity) - ranks.indexOf(a.severity))[0];
}

/** As many columns as give the largest 16:9 tiles. */
function arrange(parent, count) {
  if (count === 0) return;
  const { clientWidth: width, clientHeight: height } = parent;
  let best = { size: 0, columns: 1 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const wide = (width - GAP * (columns - 1)) / columns;
    const high = (height - GAP * (rows - 1)) / rows;
    const size = Math.min(wide, high * ASPECT);
    if (size > best.size) best = { size, columns };
  }
  parent.style.setProperty("--columns", best.columns);
  parent.style.setProperty("--tile", `${Math.floor(best.size)}px`);
  parent.classList.toggle("dense", best.size < DENSE);
  parent.classList.toggle("tiny", best.size < TINY);
}

