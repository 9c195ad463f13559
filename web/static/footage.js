// Plays recordings: segments one after the other, the next one loaded behind the one that is seen.

import { dayStamp, withSeconds } from "./ages.js";
import { toast } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { length } from "./words.js";

const GAP_MS = 3000; // a hole in the recording that is worth a word
const JUMP_MS = 10000;
const SPEEDS = [1, 2, 4, 8];
const NOT_PLAYABLE = t("Trình duyệt này không phát được đoạn ghi (thường vì là H.265). Hãy xuất đoạn này ra tệp, hoặc đặt luồng chính của camera là H.264.");

class Footage {
  constructor(camera, handlers) {
    this.camera = camera;
    this.handlers = handlers; // time(ms), end(), gone(): each may be missing
    this.items = [];
    this.index = 0;
    this.wanted = false; // whether it should be playing
    this.build();
  }

  build() {
    this.videos = [0, 1].map(() => el("video", { playsinline: true, preload: "auto", muted: true, tabindex: "-1" }));
    for (const video of this.videos) this.listen(video);
    this.note = el("p", { class: "footage-note" });
    this.time = el("time", { class: "footage-time" });
    this.toggleButton = this.button("play", t("Phát"), () => this.toggle(), "footage-toggle");
    this.speed = el("select", { "aria-label": t("Tốc độ"), onchange: () => this.setSpeed() }, SPEEDS.map((times) => new Option(`${times}×`, times)));
    this.bar = el("div", { class: "footage-bar", role: "toolbar", "aria-label": t("Điều khiển") },
      this.button("back", t("Lùi 10 giây"), () => this.jump(-JUMP_MS)), this.toggleButton, this.speed, this.time,
      this.button("down", t("Lưu ảnh này"), () => this.saveStill(), "footage-still"));
    this.screen = el("div", { class: "footage-screen" }, this.videos, this.note);
    this.node = el("div", { class: "footage" }, this.screen, this.bar);
    this.face();
  }

  button(mark, words, action, kind = "") {
    return el("button", { type: "button", class: `quiet ${kind}`, title: words, "aria-label": words, onclick: action }, icon(mark));
  }

  listen(video) {
    const mine = (action) => () => video === this.front && action();
    video.addEventListener("ended", mine(() => this.next()));
    video.addEventListener("timeupdate", mine(() => this.tell()));
    video.addEventListener("play", mine(() => this.face()));
    video.addEventListener("pause", mine(() => this.face()));
    video.addEventListener("error", mine(() => this.failed()));
    video.addEventListener("playing", mine(() => this.say("")));
  }

  get front() {
    return this.videos[0];
  }

  get nowMs() {
    const item = this.items[this.index];
    return item ? item.began_ms + this.front.currentTime * 1000 : null;
  }

  /** Play these segments of this camera from `atMs` on. */
  play(segments, atMs) {
    this.items = segments.map((one) => ({ ...one, url: `/recordings/${encodeURIComponent(this.camera)}/${one.id}.mp4` }));
    this.wanted = true;
    this.seek(atMs);
  }

  /** Play one file whose time of day is not known. */
  playFile(url) {
    this.items = [{ url, began_ms: 0, ended_ms: 0, clip: true }];
    this.wanted = true;
    this.open(0, 0);
  }

  /** Go to this moment, or to the first recording after it; false when there is none. */
  seek(ms) {
    const index = this.items.findIndex((item) => item.ended_ms > ms || item.clip);
    if (index < 0) return false;
    const offset = Math.max(0, ms - this.items[index].began_ms) / 1000;
    if (index === this.index && this.front.src && !this.front.error) this.front.currentTime = offset;
    else this.open(index, offset);
    if (this.wanted) this.start();
    return true;
  }

  open(index, offset) {
    this.index = index;
    this.load(this.front, this.items[index].url);
    if (offset > 0) this.front.currentTime = offset;
    if (this.wanted) this.start();
    this.preload();
    this.tell();
  }

  load(video, url) {
    video.src = url;
    video.playbackRate = video.defaultPlaybackRate = Number(this.speed.value);
  }

  preload() {
    const following = this.items[this.index + 1];
    if (following) this.load(this.videos[1], following.url);
    this.videos[1].classList.add("behind");
    this.front.classList.remove("behind");
  }

  next() {
    const [item, following] = [this.items[this.index], this.items[this.index + 1]];
    if (!following) return this.ended();
    this.index += 1;
    this.videos.reverse();
    this.preload();
    if (this.wanted) this.start();
    if (following.began_ms - item.ended_ms > GAP_MS) {
      toast(t("Không ghi hình trong %(began_ms)s: tiếp từ %(began_ms2)s.", { began_ms: length(following.began_ms - item.ended_ms), began_ms2: withSeconds(following.began_ms) }));
    }
    this.tell();
  }

  ended() {
    this.face();
    this.handlers.end?.();
  }

  start() {
    this.front.play().catch(() => this.face());
  }

  toggle() {
    this.wanted = this.front.paused;
    if (this.wanted) this.start();
    else this.front.pause();
  }

  jump(ms) {
    const now = this.nowMs;
    if (now !== null) this.seek(now + ms);
  }

  setSpeed() {
    for (const video of this.videos) video.playbackRate = video.defaultPlaybackRate = Number(this.speed.value);
  }

  /** Retention took it, the grant ended, or the browser cannot play it: three different words. */
  async failed() {
    const { url } = this.items[this.index];
    const answer = await fetch(url, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    if (answer?.status === 403 && this.handlers.gone) return this.handlers.gone(this.items[this.index].began_ms);
    if (answer?.status === 404 && this.index + 1 < this.items.length) return this.open(this.index + 1, 0);
    this.say(answer === null ? t("Không nối được với máy chủ.") : answer.ok ? NOT_PLAYABLE : t("Đoạn này đã hết hạn lưu và đã xoá."));
  }

  say(words) {
    this.note.textContent = words;
  }

  tell() {
    const item = this.items[this.index];
    if (!item) return;
    this.time.textContent = item.clip ? length(this.front.currentTime * 1000) : withSeconds(this.nowMs);
    if (!item.clip) this.handlers.time?.(this.nowMs);
  }

  face() {
    const playing = !this.front.paused && !this.front.ended;
    replace(this.toggleButton, icon(playing ? "pause" : "play"));
    this.toggleButton.setAttribute("aria-label", playing ? t("Dừng") : t("Phát"));
  }

  saveStill() {
    const { videoWidth: width, videoHeight: height } = this.front;
    if (!width) return toast(t("Chưa có hình để lưu."), "bad");
    const canvas = el("canvas", { width, height });
    canvas.getContext("2d").drawImage(this.front, 0, 0);
    const name = `${this.camera}_${this.items[this.index].clip ? "su-co" : dayStamp(this.nowMs)}.jpg`;
    canvas.toBlob((blob) => download(blob, name), "image/jpeg", 0.92);
  }
}

function download(blob, name) {
  const address = URL.createObjectURL(blob);
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A player of this camera's recordings; it stands in `node`. */
export function footage(camera, handlers = {}) {
  return new Footage(camera, handlers);
}
