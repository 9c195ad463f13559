// A tile for each camera; where it stands mosaic.js says. Which of them are live is decided here, by what happens and what the browser can.

import { el, icon } from "./elements.js";
import { LiveBudget, pickLive } from "./livebudget.js";
import { older } from "./mirror.js";
import { t } from "./texts.js";
import { Tile } from "./tile.js";
import { TileStream } from "./tilestream.js";

const NEW_MS = 10 * 60 * 1000;
const LOOK_MS = 2000; // how long the budget looks before it judges
const REMEMBERED = "mo-lang-live-tiles"; // what this screen sustained, so that it need not be tried anew

/** Shows the cameras of `mirror` in `parent`; `url` is that of the tiles' WebSocket. */
export function showCameras(parent, mirror, url) {
  const mosaic = new Mosaic(parent, mirror, new TileStream(url));
  mirror.on("cameras incidents", () => mosaic.update());
  mirror.on("tracks zones", () => mosaic.see());
  document.addEventListener("visibilitychange", () => mosaic.choose());
  setInterval(() => mosaic.tick(), 1000);
  setInterval(() => mosaic.judge(), LOOK_MS);
}

class Mosaic {
  #tiles = new Map();
  #budget = new LiveBudget(remembered());
  #looked = performance.now();
  #sizes = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => this.#tiles.get(target.dataset.camera)?.resized(contentRect)));

  constructor(parent, mirror, stream) {
    Object.assign(this, { parent, mirror, stream });
    this.none = el("p", { class: "mosaic-none", hidden: true }, icon("camera-off"), t("Xã chưa có camera nào."));
    parent.append(this.none);
    this.wide = 0;
    new ResizeObserver(([{ contentRect }]) => ((this.wide = contentRect.width), this.choose())).observe(parent); // a layout without cameras hides them
  }

  update() {
    const cameras = this.mirror.get("cameras") ?? [];
    const known = new Set(cameras.map((camera) => camera.id));
    for (const [id, tile] of this.#tiles) if (!known.has(id)) (this.#sizes.unobserve(tile.node), tile.remove(), this.#tiles.delete(id));
    for (const camera of cameras) this.#tileOf(camera).update(camera, alarmAt(camera.id, this.mirror));
    this.none.hidden = cameras.length > 0 || this.mirror.get("cameras") === undefined;
    this.choose();
  }

  #tileOf(camera) {
    if (!this.#tiles.has(camera.id)) {
      const tile = new Tile(camera, this.stream);
      this.#tiles.set(camera.id, tile);
      this.parent.append(tile.node);
      this.#sizes.observe(tile.node);
      this.#show(camera.id, tile);
    }
    return this.#tiles.get(camera.id);
  }

  see() {
    this.#tiles.forEach((tile, id) => this.#show(id, tile));
    this.choose();
  }

  #show(id, tile) {
    tile.see(this.mirror.get("zones")?.[id] ?? [], this.mirror.get("tracks")?.[id]);
  }

  tick() {
    for (const tile of this.#tiles.values()) {
      tile.sawFrame();
      tile.draw();
    }
  }

  /** Whether anybody sees the tiles: a page in the background and a layout without cameras need no video. */
  get seen() {
    return !document.hidden && this.wide > 0;
  }

  /** Give the live pictures to whom they belong now. */
  choose() {
    const facts = [...this.#tiles].map(([id, tile]) => tile.facts(id));
    const chosen = this.seen ? pickLive(facts, this.#budget.allowed) : new Set();
    this.#tiles.forEach((tile, id) => tile.setLive(chosen.has(id)));
    this.parent.dataset.live = chosen.size;
    this.parent.dataset.allowed = this.#budget.allowed;
  }

  /** How the last seconds went, and what follows for the number of live tiles. */
  judge() {
    const lateMs = performance.now() - this.#looked - LOOK_MS;
    this.#looked = performance.now();
    if (!this.seen) return;
    const all = [...this.#tiles.values()];
    const live = all.filter((tile) => tile.live && !tile.unplayable);
    const frames = all.map((tile) => tile.countFrames());
    const sum = (name) => frames.reduce((total, one) => total + one[name], 0);
    const look = { live: live.length, standing: live.filter((tile) => tile.stands()).length, lateMs };
    const wanted = all.filter((tile) => tile.online && !tile.unplayable).length;
    if (!this.#budget.judge({ ...look, shown: sum("shown"), dropped: sum("dropped"), wanted })) return;
    remember(this.#budget.allowed);
    this.choose();
  }
}

function remembered() {
  try {
    return Number(localStorage.getItem(REMEMBERED)) || 0;
  } catch {
    return 0; // a browser that keeps nothing tries anew each time
  }
}

function remember(allowed) {
  try {
    localStorage.setItem(REMEMBERED, allowed);
  } catch {
    // tried anew next time
  }
}

/** An open incident at this camera, or one that ended minutes ago and nobody took. */
function alarmAt(id, mirror) {
  const here = (mirror.get("incidents") ?? []).filter((incident) => incident.camera === id && incident.verdict !== "false_alarm");
  const ranks = ["minor", "moderate", "severe", "extreme"];
  const open = here.filter((one) => one.state === "open" || (!one.taken_by && !older(one.ended_at_ms, NEW_MS)));
  return open.sort((a, b) => ranks.indexOf(b.severity) - ranks.indexOf(a.severity))[0];
}
