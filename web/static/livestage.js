// The live picture of one camera: WebRTC first, fMP4 where that does not go, masked stills where nothing else may be seen.

import { ago, serverNow } from "./ages.js";
import { post, uuid } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { Latest } from "./latest.js";
import { watchVideo } from "./live.js";
import { drawOverlay, OLD_TRACK_MS } from "./overlay.js";
import { t } from "./texts.js";
import { canWhep, RefusedError, watchWhep } from "./whep.js";

const FROZEN_MS = 3000;
const AGAIN_MS = 60_000; // on fMP4: WebRTC is tried again
const LOST_AGAIN_MS = 1000;

export class LiveStage {
  /** `videoUrl` is the camera's fMP4 socket; `changed(words, kind)` tells how it goes: kind is good, slow, still or bad. */
  constructor(camera, videoUrl, changed) {
    Object.assign(this, { camera, videoUrl, changed });
    this.facts = { state: "", privacy: { areas: [], hidden_by: "" }, width: 16, height: 9 };
    this.way = ""; // whep, fmp4, stills, or nothing at all
    this.moved = 0;
    this.latest = new Latest(camera);
    this.video = el("video", { muted: true, playsinline: true, autoplay: true, "aria-label": t("Hình trực tiếp") });
    this.video.muted = true;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.note = el("div", { class: "live-note" });
    this.node = el("div", { class: "footage-screen live-screen" }, this.latest.node, this.video, this.canvas, this.note);
    this.video.addEventListener("timeupdate", () => this.sawFrame());
    this.latest.refresh();
  }

  get running() {
    return this.way !== "";
  }

  sawFrame() {
    if (this.video.currentTime !== this.lastTime) this.moved = performance.now();
    this.lastTime = this.video.currentTime;
  }

  /** Begin to look, for this reason; the server writes it down first. `sight`: a look that goes on, by another try. */
  async start(why, sight = uuid()) {
    this.stop();
    const turn = (this.turn = {});
    Object.assign(this, { why, sight });
    this.way = "opening";
    this.say(t("Đang mở hình trực tiếp…"), "slow");
    if (!canWhep()) return this.startWithout(turn);
    try {
      const look = await watchWhep(this.video, this.camera, { why, sight }, () => this.turn === turn && this.lost());
      if (this.turn !== turn) return look.close();
      this.look = look;
      this.way = "whep";
      this.show();
    } catch (error) {
      if (this.turn === turn) this.other(error, turn);
    }
  }

  async startWithout(turn) {
    try {
      await post(`/api/cameras/${encodeURIComponent(this.camera)}/views`, { why: this.why, look: this.sight });
      if (this.turn === turn) this.startSlow();
    } catch (error) {
      if (this.turn === turn) this.startStills(error.message);
    }
  }

  /** WebRTC does not go: who may see video sees it a second later, once it is written down; the others see stills. */
  other(error, turn) {
    this.again = setTimeout(() => this.start(this.why, this.sight), AGAIN_MS);
    if (error instanceof RefusedError || this.covered) this.startStills(error.message);
    else this.startWithout(turn);
  }

  get covered() {
    return this.facts.privacy?.hidden_by === "box";
  }

  startSlow() {
    this.way = "fmp4";
    this.look = watchVideo(this.video, this.videoUrl, (state, text) => {
      if (state === "stills") this.startStills(t("%(why)s: chỉ có ảnh tĩnh.", { why: text }));
      else if (state === "error") this.startStills(text);
    });
    this.show();
  }

  startStills(why) {
    this.look?.close();
    this.look = null;
    this.way = "stills";
    this.reason = why;
    this.show();
  }

  lost() {
    this.look?.close();
    this.look = null;
    this.say(t("Mất hình, đang nối lại…"), "bad");
    this.again = setTimeout(() => this.start(this.why, this.sight), LOST_AGAIN_MS);
  }

  stop() {
    clearTimeout(this.again);
    this.turn = null;
    this.look?.close();
    this.look = null;
    this.way = "";
    this.moved = 0;
    this.video.removeAttribute("src");
  }

  /** New facts about the camera; its zones and what is seen in them now. */
  update(facts, zones, seen) {
    this.facts = facts;
    Object.assign(this, { zones, seen });
    this.show();
  }

  /** Called once a second, and at every change. */
  show() {
    const fresh = performance.now() - this.moved < FROZEN_MS;
    this.node.classList.toggle("moving", fresh && ["whep", "fmp4"].includes(this.way));
    if (!fresh) this.latest.refresh();
    const words = this.words(fresh);
    if (words) this.say(...words);
    const { width, height, state } = this.facts;
    const seen = state === "online" && this.running && this.seen && serverNow() - this.seen.at_ms < OLD_TRACK_MS ? this.seen.tracks : [];
    drawOverlay(this.canvas, { width: this.canvas.clientWidth, height: this.canvas.clientHeight }, { width: width || 16, height: height || 9 }, this.hidden ? [] : (this.zones ?? []), this.hidden ? [] : seen);
    replace(this.note, fresh || !this.running ? [] : this.stillWords());
  }

  words(fresh) {
    if (this.way === "whep") return fresh ? [t("Trực tiếp"), "good"] : [t("Đang chờ hình…"), "slow"];
    if (this.way === "fmp4") return fresh ? [t("Trực tiếp, chậm khoảng một giây"), "good"] : [t("Đang chờ hình…"), "slow"];
    if (this.way === "stills") return [this.reason || t("Chỉ có ảnh tĩnh."), "still"];
    return null;
  }

  stillWords() {
    const { takenAt } = this.latest;
    return [icon("camera"), takenAt ? el("span", {}, `${this.covered ? t("Ảnh đã che") : t("Ảnh tĩnh")} · `, ago(Math.min(takenAt, serverNow()))) : el("span", {}, t("Chưa có ảnh"))];
  }

  say(words, kind) {
    const print = `${kind}${words}`;
    if (print === this.print) return;
    this.print = print;
    this.changed(words, kind);
  }
}
