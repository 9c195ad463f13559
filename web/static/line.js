// A WebSocket that comes back by itself for ever. No dependencies.

const LOGGED_OUT = 4401; // edge/workers/live/server.py: this page is shown to somebody who is logged in no longer
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 2000; // a wall is to be alive again within 5 s of its server

/** Waits with jitter, longer after each failure, and drops a silent line. Handlers: message(data), lost(), open(). */
export class Line {
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
    this.socket.onopen = () => {
      this.heard();
      this.handlers.open?.();
    };
    this.socket.onmessage = (event) => {
      this.heard();
      this.handlers.message(event.data);
    };
    this.socket.onclose = ({ code }) => (code === LOGGED_OUT ? location.reload() : this.lost());
    this.heard();
  }

  /** Say something; nothing happens while the line is down, `open` tells when it is not. */
  send(text) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
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
    this.drop();
    this.lost();
  }

  drop() {
    const socket = this.socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  lost() {
    clearTimeout(this.silence);
    clearTimeout(this.again);
    if (this.closed) return;
    this.handlers.lost();
    this.again = setTimeout(() => this.open(), this.waitMs * (0.5 + Math.random() / 2));
    this.waitMs = Math.min(this.waitMs * 2, Math.max(LONGEST_WAIT_MS, this.waitMs));
  }

  close() {
    this.closed = true;
    clearTimeout(this.silence);
    clearTimeout(this.again);
    this.drop();
  }
}

function absolute(url) {
  const full = new URL(url, location.href);
  full.protocol = full.protocol.replace("http", "ws");
  return full.href;
}
