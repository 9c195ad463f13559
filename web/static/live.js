// The browser's end of the live process: video over fMP4/MSE, and the sections of the wall's state.
// No dependencies. Both functions reconnect by themselves for ever and return {close()}.

import { t } from "./texts.js";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;
const REFUSED_WAIT_MS = 60000; // a camera whose codec cannot be played: somebody must change it first
const SILENT_VIDEO_MS = 15000;
const SILENT_STATE_MS = 12000; // the section "clock" comes every 5 s
const MOST_PENDING = 400; // messages that MSE has not taken; beyond, begin again
const BEHIND_S = 1.5; // further behind the live edge: jump
const HURRY_S = 0.7; // further behind: play a little faster
const EDGE_S = 0.25; // where a jump lands, before the end of what is buffered
const KEEP_S = 10; // played video kept for MSE's own use
const TEND_MS = 250;

/** A WebSocket that comes back: waits with jitter, longer after each failure, and drops a silent line. */
class Line {
  constructor(url, silentMs, handlers) {
    this.url = url;
    this.silentMs = silentMs;
    this.handlers = handlers;
    this.waitMs = FIRST_WAIT_MS;
    this.closed = false;
    this.open();
  }

  open() {
    this.socket = new WebSocket(absolute(this.url));
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.heard();
    this.socket.onmessage = (event) => {
      this.heard();
      this.handlers.message(event.data);
    };
    this.socket.onclose = () => this.lost();
    this.heard();
  }

  heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.restart(), this.silentMs);
  }

  /** The line works: the next failure waits only a moment. */
  well() {
    this.waitMs = FIRST_WAIT_MS;
  }

  /** Drop this connection and make another; `waitMs` overrides the usual backoff. */
  restart(waitMs) {
    if (waitMs) this.waitMs = waitMs;
    const socket = this.socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.lost();
  }

  lost() {
    clearTimeout(this.silence);
    if (this.closed) return;
    this.handlers.lost();
    this.again = setTimeout(() => this.open(), this.waitMs * (0.5 + Math.random() / 2));
    this.waitMs = Math.min(this.waitMs * 2, Math.max(LONGEST_WAIT_MS, this.waitMs));
  }

  close() {
    this.closed = true;
    clearTimeout(this.silence);
    clearTimeout(this.again);
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
  }
}

function absolute(url) {
  const full = new URL(url, location.href);
  full.protocol = full.protocol.replace("http", "ws");
  return full.href;
}

/** One MediaSource fed with inits and fragments in order; `broken` is called when MSE refuses something. */
class Feed {
  constructor(video, mime, broken) {
    const Source = window.ManagedMediaSource ?? window.MediaSource; // iPhones have only the managed one
    if (!Source?.isTypeSupported(mime)) throw new Error(t("Trình duyệt không phát được %(mime)s.", { mime }));
    this.video = video;
    this.broken = broken;
    this.pending = [];
    this.source = new Source();
    this.address = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", () => this.begin(mime), { once: true });
    video.disableRemotePlayback = true;
    video.src = this.address;
  }

  begin(mime) {
    this.buffer = this.source.addSourceBuffer(mime);
    this.buffer.addEventListener("updateend", () => this.pump());
    this.buffer.addEventListener("error", () => this.broken());
    this.pump();
  }

  /** `item` is an ArrayBuffer, or the mime string of the init that follows. */
  add(item) {
    this.pending.push(item);
    if (this.pending.length > MOST_PENDING) this.broken();
    else this.pump();
  }

  pump() {
    if (!this.buffer || this.buffer.updating || this.source.readyState !== "open") return;
    try {
      while (typeof this.pending[0] === "string") this.buffer.changeType(this.pending.shift());
      if (this.pending.length) this.buffer.appendBuffer(this.pending.shift());
      else this.trim();
    } catch (error) {
      this.broken(error);
    }
  }

  trim() {
    const ranges = this.buffer.buffered;
    const until = this.video.currentTime - KEEP_S;
    if (ranges.length && until - ranges.start(0) > KEEP_S) this.buffer.remove(ranges.start(0), until);
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
    this.video.playbackRate = behind > HURRY_S ? 1.1 : 1;
    if (this.video.paused) this.video.play().catch(() => {}); // a browser that forbids autoplay shows the first frame
  }

  close() {
    this.pending = [];
    URL.revokeObjectURL(this.address);
  }
}

/**
 * Plays a camera in `video` for ever. `onStatus(state, text)`: "connecting", "waiting" (the camera gives no
 * picture), "playing", "stills" with the name of a codec that no browser plays, or "error" with a Vietnamese sentence.
 * Returns {close()}.
 */
export function watchVideo(video, url, onStatus = () => {}) {
  video.muted = true;
  video.playsInline = true;
  let feed = null;
  let state = "";
  const show = (next, text = "") => {
    if (next !== state) onStatus((state = next), text);
  };
  const drop = () => {
    feed?.close();
    feed = null;
  };
  const begin = (mime) => {
    if (feed) feed.add(mime);
    else feed = new Feed(video, mime, () => line.restart());
  };
  const giveUp = (why, text) => {
    show(why, text);
    line.restart(REFUSED_WAIT_MS);
  };
  const tell = (note) => {
    if (note.stills) giveUp("stills", note.stills);
    else if (note.waiting) show("waiting");
    else {
      try {
        begin(note.mime);
      } catch (error) {
        giveUp("error", error.message);
      }
    }
  };
  const line = new Line(url, SILENT_VIDEO_MS, {
    message(data) {
      if (typeof data === "string") return tell(JSON.parse(data));
      if (!feed) return;
      feed.add(data);
      line.well();
    },
    lost() {
      drop();
      if (state !== "error" && state !== "stills") show("connecting");
    },
  });
  const tending = setInterval(() => {
    feed?.tend();
    if (feed && !video.paused && video.readyState > 2) show("playing");
  }, TEND_MS);
  show("connecting");
  return {
    close() {
      clearInterval(tending);
      line.close();
      drop();
      video.removeAttribute("src");
      video.load();
    },
  };
}

/**
 * Calls `onSection(name, value)` for each section at connect and whenever it changes. `onLink(since)` is called
 * with the time (Date) since which the server has been dead, and with null when it lives. Returns {since, close()}.
 */
export function watchState(url, onSection, onLink = () => {}) {
  const watch = { since: new Date() };
  const line = new Line(url, SILENT_STATE_MS, {
    message(data) {
      line.well();
      if (watch.since) onLink((watch.since = null));
      const { section, value } = JSON.parse(data);
      onSection(section, value);
    },
    lost() {
      if (!watch.since) onLink((watch.since = new Date()));
    },
  });
  watch.close = () => line.close();
  return watch;
}
