// A copy of the wall's state in the browser, and the honest word on how fresh it is.
// The WebSocket brings it; when that is silent, /api/state is asked; when both are silent, the copy is old and says so.

import { serverNow, setServerTime } from "./ages.js";
import { watchState } from "./live.js";
import { t } from "./texts.js";

const HEARTBEAT_MS = 5000; // `clock` comes every 5 s (docs/ref/state.md)
const SILENT_MS = HEARTBEAT_MS + 2000;
const DEAD_MS = 2 * HEARTBEAT_MS + 2000;
const POLL_MS = 2000;
const POLL_DEADLINE_MS = 6000;

export class Mirror {
  #sections = {};
  #prints = {};
  #listeners = new Map();
  #healthListeners = [];
  #lastMessage = performance.now();
  #lastBeat = performance.now();
  #lastClock = null;
  #linked = false;
  #polling = false;
  #reason = "";
  #health = "";

  /** `url` is that of the state WebSocket. */
  constructor(url) {
    watchState(url, (section, value) => this.#hear(section, value), (since) => this.#link(since === null));
    setInterval(() => this.#check(), 500);
    setInterval(() => this.#pollWhenSilent(), POLL_MS);
  }

  /** The newest value of a section, or undefined. */
  get(section) {
    return this.#sections[section];
  }

  /** Calls `listener` whenever one of these sections (separated by spaces) changes, and now if one is there. */
  on(sections, listener) {
    for (const section of sections.split(" ")) {
      this.#listeners.set(section, [...(this.#listeners.get(section) ?? []), listener]);
    }
    if (sections.split(" ").some((section) => section in this.#sections)) attempt(listener);
  }

  /** Calls `listener({alive, by, sinceMs, reason})` whenever that changes; `by` is "live" or "poll". */
  onHealth(listener) {
    this.#healthListeners.push(listener);
  }

  #hear(section, value) {
    this.#lastMessage = performance.now();
    this.#take(section, value);
  }

  #link(up) {
    this.#linked = up;
    this.#check();
    this.#pollWhenSilent();
  }

  #take(section, value) {
    const print = JSON.stringify(value);
    if (this.#prints[section] === print) return;
    this.#prints[section] = print;
    this.#sections[section] = value;
    if (section === "clock") this.#beat(value);
    for (const listener of this.#listeners.get(section) ?? []) attempt(listener);
  }

  #beat(clock) {
    setServerTime(clock.at_ms);
    this.#lastBeat = performance.now();
    this.#lastClock = clock.at_ms;
    this.#reason = "";
    this.#check();
  }

  #check() {
    const silence = performance.now() - this.#lastBeat;
    const deaf = this.#reason !== "" && (!this.#linked || silence > SILENT_MS);
    const waiting = this.#lastClock === null && silence < SILENT_MS && !deaf;
    const alive = waiting || (this.#lastClock !== null && !deaf && silence < DEAD_MS);
    const health = { alive, by: this.#linked ? "live" : "poll", sinceMs: this.#lastClock, reason: this.#reason };
    const print = JSON.stringify(health);
    if (print === this.#health) return;
    this.#health = print;
    for (const listener of this.#healthListeners) listener(health);
  }

  async #pollWhenSilent() {
    const silent = performance.now() - this.#lastMessage > SILENT_MS;
    if (this.#polling || (this.#linked && !silent)) return;
    this.#polling = true;
    try {
      await this.#poll();
    } catch {
      this.#reason = t("Máy chủ không trả lời.");
    }
    this.#polling = false;
    this.#check();
  }

  async #poll() {
    const signal = AbortSignal.timeout(POLL_DEADLINE_MS);
    const answer = await fetch("/api/state", { signal, headers: { Accept: "application/json" } });
    const body = await answer.json();
    if (answer.status === 401) location.reload();
    if (!answer.ok) {
      this.#reason = body.loi ?? t("Máy chủ báo lỗi.");
      return;
    }
    this.#reason = "";
    for (const [section, value] of Object.entries(body)) this.#take(section, value);
  }
}

/** One part of a page that cannot be drawn must not keep the others old; the page itself tells of the error. */
function attempt(listener) {
  try {
    listener();
  } catch (error) {
    reportError(error);
  }
}

/** Whether a moment is longer ago than this. */
export function older(ms, thanMs) {
  return serverNow() - ms > thanMs;
}
