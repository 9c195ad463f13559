// A camera's tile: its live video, or its newest still, or the reason why there is neither. Never an old picture unsaid.

import { ago, lasting, serverNow } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { Latest } from "./latest.js";
import { older } from "./mirror.js";
import { drawOverlay, OLD_TRACK_MS } from "./overlay.js";
import { t } from "./texts.js";
import { CAMERA, notRecording, SEVERITY, TROUBLE } from "./words.js";

const FROZEN_MS = 4000; // a picture that stands still for so long is an old picture, and says so
const OLD_STILL_MS = 20000; // stills come with key frames, at the longest every 10 s
const PATIENCE_MS = 1500; // a live tile without a picture for so long shows its still meanwhile
const BUSY_MS = 20000; // where something moved so lately is worth a live picture

export class Tile {
  #handle = null;
  #frames = { shown: 0, dropped: 0 };
  #drawn = "";
  #size = { width: 0, height: 0 };

  /** `stream` is the page's TileStream. The tile shows stills until `setLive(true)`. */
  constructor(camera, stream) {
    this.camera = camera;
    this.stream = stream;
    this.videoState = "";
    this.moved = -Infinity; // performance.now() of the last new frame
    this.movedAt = 0; // the same by the server's clock
    this.busyAt = -Infinity;
    this.build();
  }

  build() {
    this.video = el("video", { muted: true, playsinline: true, "aria-label": t("Hình trực tiếp: %(name)s", { name: this.camera.name }) });
    this.latest = new Latest(this.camera.id);
    this.canvas = el("canvas", { "aria-hidden": "true", hidden: true });
    this.note = el("div", { class: "tile-note" });
    this.title = el("div", { class: "tile-title" });
    this.badge = el("div", { class: "tile-badge" });
    this.signs = el("ul", { class: "tile-signs" });
    this.node = el("article", { class: "tile", "data-camera": this.camera.id },
      this.latest.node, this.video, this.canvas, this.note, this.badge, this.signs, this.title);
  }

  get live() {
    return this.#handle !== null;
  }

  get online() {
    return this.camera.state === "online";
  }

  get busy() {
    return performance.now() - this.busyAt < BUSY_MS;
  }

  /** Whether this browser is known not to play the camera's codec. */
  get unplayable() {
    return this.live && this.videoState === "stills";
  }

  /** What the choice of live tiles must know (pickLive). */
  facts(id) {
    const { online, incident, busy, live, unplayable } = this;
    return { id, online, incident, busy, live, unplayable };
  }

  /** Whether the tile shows stills because it has to, or because the budget says so. */
  get onStills() {
    return this.online && (!this.live || this.videoState === "stills");
  }

  /** Play the video, or leave it; the last picture stays until a still has come in its place. */
  async setLive(live) {
    if (live === this.live) return;
    this.node.dataset.mode = live ? "live" : "still";
    if (live) {
      this.asked = performance.now();
      this.leaving?.close();
      this.#handle = this.stream.watch(this.camera.id, this.video, (state, text) => this.status(state, text));
      return;
    }
    const handle = (this.leaving = this.#handle);
    this.#handle = null;
    await this.latest.refresh();
    if (this.leaving !== handle) return;
    this.leaving = null;
    handle.close();
    this.draw();
  }

  status(state, text) {
    this.videoState = state;
    this.videoText = text;
    if (state === "playing") this.sawFrame();
    this.draw();
  }

  /** Whether a new frame came since the last look. */
  sawFrame() {
    const moves = this.live && this.video.currentTime !== this.lastTime;
    this.lastTime = this.video.currentTime;
    if (!moves) return;
    this.moved = performance.now();
    this.movedAt = serverNow();
  }

  /** Whether the picture stands although it plays. */
  stands() {
    return this.videoState === "playing" && performance.now() - this.moved > PATIENCE_MS;
  }

  /** Pictures shown and dropped since the last call. */
  countFrames() {
    const { totalVideoFrames: total = 0, droppedVideoFrames: lost = 0 } = this.video.getVideoPlaybackQuality?.() ?? {};
    const before = this.#frames;
    this.#frames = { shown: total - lost, dropped: lost };
    if (total < before.shown + before.dropped) return { shown: 0, dropped: 0 }; // the element began anew
    return { shown: total - lost - before.shown, dropped: lost - before.dropped };
  }

  /** New facts about the camera, and the worst open incident at it (or undefined). */
  update(camera, incident) {
    this.camera = camera;
    this.incident = incident;
    this.draw();
  }

  /** What is drawn over the picture: zones, and what moves in them. */
  see(zones, seen) {
    if (seen?.tracks.length && seen !== this.seen) this.busyAt = performance.now();
    this.zones = zones;
    this.seen = seen;
    this.overlay();
  }

  draw() {
    const moving = this.fresh();
    const name = ["tile", `cam-${this.camera.state}`, this.online && moving && "moving", this.online && moving && this.onStills && "still",
      this.incident && `alarm sev-${this.incident.severity}`].filter(Boolean).join(" ");
    if (this.node.className !== name) this.node.className = name;
    this.drawTitle();
    this.drawSigns();
    this.drawNote(moving);
    this.overlay();
    if (this.needsStill(moving)) this.latest.refresh().then((newer) => newer && this.draw());
  }

  needsStill(moving) {
    if (this.onStills) return true;
    if (!this.online) return this.latest.takenAt === null;
    return !moving && performance.now() - Math.max(this.asked, this.moved) > PATIENCE_MS;
  }

  /** The page gave the tile this size; asking for it while drawing would lay the whole wall out for each of 29 tiles. */
  resized({ width, height }) {
    this.#size = { width, height };
    this.overlay();
  }

  overlay() {
    const tracks = this.online && this.seen && serverNow() - this.seen.at_ms < OLD_TRACK_MS ? this.seen.tracks : [];
    const zones = this.zones ?? [];
    this.canvas.hidden = zones.length + tracks.length === 0 || this.#size.width === 0;
    if (this.canvas.hidden) return;
    const print = JSON.stringify([this.#size, zones, tracks]);
    if (print === this.#drawn) return;
    this.#drawn = print;
    const { width, height } = this.camera;
    drawOverlay(this.canvas, this.#size, { width: width || 16, height: height || 9 }, zones, tracks);
  }

  /** Whether the tile shows the present: moving video, or a still as young as stills are. */
  fresh() {
    if (this.onStills) return this.latest.takenAt !== null && !older(this.latest.takenAt, OLD_STILL_MS);
    return performance.now() - this.moved < FROZEN_MS;
  }

  drawSigns() {
    const { trouble } = this.camera;
    const since = this.incident?.rule_kind === trouble ? this.incident.began_at_ms : null;
    const taken = this.onStills ? this.latest.takenAt : null;
    const unrecorded = this.online ? notRecording(this.camera) : ""; // a camera that is gone says why it is; nobody asks more
    const print = JSON.stringify([this.online, trouble, since, this.onStills, taken, this.videoText, unrecorded]);
    if (print === this.signsPrint) return;
    this.signsPrint = print;
    replace(this.signs,
      this.online && trouble ? el("li", { class: "trouble" }, icon("moderate"), TROUBLE[trouble] ?? trouble, " ", since ? lasting(since) : null) : null,
      this.onStills ? el("li", { class: "stills" }, this.stillWords(), taken ? [" · ", ago(taken)] : null) : null,
      unrecorded ? el("li", { class: "unrecorded" }, unrecorded) : null);
  }

  stillWords() {
    return this.live && this.videoText ? `${this.videoText} · ${t("ảnh tĩnh")}` : t("Ảnh tĩnh");
  }

  drawTitle() {
    const print = JSON.stringify([this.camera.name, this.incident]);
    if (print === this.titlePrint) return;
    this.titlePrint = print;
    replace(this.title, icon("camera"), el("strong", {}, this.camera.name));
    this.badge.hidden = !this.incident;
    replace(this.badge, this.incident ? badge(this.incident) : []);
  }

  drawNote(moving) {
    const print = JSON.stringify([this.online, moving, this.live, this.camera.state, this.camera.detail, this.videoState, this.movedAt * !moving, this.latest.takenAt]);
    if (print === this.notePrint) return;
    this.notePrint = print;
    const note = this.online ? this.videoNote(moving) : this.offlineNote();
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

  remove() {
    this.#handle?.close();
    this.leaving?.close();
    this.#handle = this.leaving = null;
    this.latest.forget();
    this.node.remove();
  }
}

function badge({ severity, began_at_ms: since }) {
  return [icon(severity), el("span", {}, SEVERITY[severity] ?? severity), ago(since)];
}
