// Plays fMP4 in a video element near its live edge (Media Source Extensions).

import { t } from "./texts.js";

const MOST_PENDING_BYTES = 8 * 1024 * 1024; // what MSE has not taken; beyond, begin again
const BEHIND_S = 1.3; // further behind the live edge: jump
const HURRY_S = 0.9; // further behind: play a little faster
const EDGE_S = 0.45; // where a jump lands, before the end of what is buffered: batches come every 0.1 s
const KEEP_S = 3; // played video kept for MSE's own use
const TRIM_S = 6; // trimmed when so much is older than that
const TEND_MS = 250;

const tended = new Set(); // one timer for all of a page's videos
setInterval(() => tended.forEach((player) => player.tend()), TEND_MS);

/** One MediaSource fed with inits and fragments in order; `broken` is called when MSE refuses something. */
class Feed {
  constructor(video, mime, broken) {
    const Source = window.ManagedMediaSource ?? window.MediaSource; // iPhones have only the managed one
    if (!Source?.isTypeSupported(mime)) throw new Error(t("Trình duyệt không phát được %(mime)s.", { mime }));
    this.video = video;
    this.broken = broken;
    this.pending = [];
    this.pendingBytes = 0;
    this.source = new Source();
    this.address = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", () => this.begin(mime), { once: true });
    video.disableRemotePlayback = true;
    video.src = this.address;
  }

  begin(mime) {
    URL.revokeObjectURL(this.address);
    if (this.closed) return;
    this.buffer = this.source.addSourceBuffer(mime);
    this.buffer.addEventListener("updateend", () => this.ready());
    this.buffer.addEventListener("error", () => this.fail());
    this.pump();
  }

  /** `item` is bytes, or the mime string of the init that follows. */
  add(item) {
    this.pending.push(item);
    this.pendingBytes += item.byteLength ?? 0;
    if (this.pendingBytes > MOST_PENDING_BYTES) this.fail();
    else this.pump();
  }

  ready() {
    if (this.closed) return;
    if (this.video.readyState === 0 || this.video.paused) this.tend();
    this.pump();
  }

  pump() {
    if (!this.buffer || this.buffer.updating || this.source.readyState !== "open") return;
    try {
      while (typeof this.pending[0] === "string") this.buffer.changeType(this.pending.shift());
      if (this.pending.length) this.append(this.pending.shift());
      else this.trim();
    } catch (error) {
      this.fail(error);
    }
  }

  append(bytes) {
    this.pendingBytes -= bytes.byteLength;
    this.buffer.appendBuffer(bytes);
  }

  trim() {
    const ranges = this.buffer.buffered;
    const until = this.video.currentTime - KEEP_S;
    if (ranges.length && until - ranges.start(0) > TRIM_S) this.buffer.remove(ranges.start(0), until);
  }

  /** Keep the picture near the live edge: jump when far behind or in a hole, hurry when a little behind. */
  tend() {
    const ranges = this.video.buffered;
    if (!ranges.length || this.video.seeking) return;
    const start = ranges.start(ranges.length - 1);
    const end = ranges.end(ranges.length - 1);
    const behind = end - this.video.currentTime;
    if (behind > BEHIND_S || behind < -EDGE_S || this.video.currentTime < start) {
      this.video.currentTime = Math.max(start, end - EDGE_S);
    }
    const rate = behind > HURRY_S ? 1.1 : 1;
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    if (this.video.paused) this.video.play().catch(() => {}); // a browser that forbids autoplay shows the first frame
  }

  fail(error) {
    if (!this.closed) this.broken(error);
  }

  close() {
    this.closed = true;
    this.pending = [];
    URL.revokeObjectURL(this.address);
  }
}

/**
 * Shows in `video` what `take(bytes)` and `tell(note)` bring, in the order of the server (edge/workers/live/tiles.py).
 *
 * `onStatus(state, text)`: "connecting", "waiting" (the camera gives no picture), "playing", "stills" with the name of
 * a codec that no browser plays, or "error" with a sentence. `again(why)` is called when the stream must begin anew:
 * why is "broken", or "refused" when that will not help for a while.
 */
export class Player {
  constructor(video, onStatus, again) {
    Object.assign(this, { video, onStatus, again });
    this.feed = null;
    this.state = "";
    this.onPlaying = () => this.look();
    video.muted = true;
    video.playsInline = true;
    video.addEventListener("playing", this.onPlaying);
    tended.add(this);
    this.show("connecting");
  }

  take(bytes) {
    this.feed?.add(bytes);
  }

  tell(note) {
    if (note.stills) this.refuse("stills", note.stills);
    else if (note.unknown) this.refuse("error", t("Máy chủ không có camera này."));
    else if (note.waiting) this.show("waiting");
    else this.begin(note.mime);
  }

  begin(mime) {
    try {
      if (this.feed) this.feed.add(mime);
      else this.feed = new Feed(this.video, mime, () => this.again("broken"));
    } catch (error) {
      this.refuse("error", error.message);
    }
  }

  refuse(state, text) {
    this.show(state, text);
    this.again("refused");
  }

  /** The line is down, or the stream begins anew. */
  lost() {
    this.drop();
    if (this.state !== "error" && this.state !== "stills") this.show("connecting");
  }

  tend() {
    this.feed?.tend();
    this.look();
  }

  look() {
    if (this.feed && !this.video.paused && this.video.readyState > 2) this.show("playing");
  }

  show(next, text = "") {
    if (next !== this.state) this.onStatus((this.state = next), text);
  }

  drop() {
    this.feed?.close();
    this.feed = null;
  }

  close() {
    tended.delete(this);
    this.video.removeEventListener("playing", this.onPlaying);
    this.drop();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
