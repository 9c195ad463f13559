// The newest picture of a camera and when it was taken; for cameras whose video does not play.

import { el } from "./elements.js";

const REFRESH_MS = 3000;
const DEADLINE_MS = 6000;

export class Latest {
  #due = 0;
  #stamp = ""; // Last-Modified of what is shown
  #address = "";

  /** `camera` is its id. `node` shows the picture; it is hidden while there is none. */
  constructor(camera) {
    this.url = `/latest/${encodeURIComponent(camera)}.jpg`;
    this.node = el("img", { alt: "", hidden: true });
    this.takenAt = null; // UTC milliseconds by the server's clock
  }

  /**
   * Ask for a newer one, at most every REFRESH_MS; resolves to whether it came. Without an answer the old one stays,
   * and so does its age.
   */
  async refresh() {
    if (performance.now() < this.#due) return false;
    this.#due = performance.now() + DEADLINE_MS;
    const newer = await this.#fetch().catch(() => false);
    this.#due = performance.now() + REFRESH_MS * (0.9 + Math.random() / 5); // not all tiles at once
    return newer;
  }

  /** Let the picture go. */
  forget() {
    URL.revokeObjectURL(this.#address);
  }

  async #fetch() {
    const headers = this.#stamp ? { "If-Modified-Since": this.#stamp } : {};
    const answer = await fetch(this.url, { cache: "no-store", headers, signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!answer.ok) return false; // 304: it is the newest
    this.#stamp = answer.headers.get("Last-Modified") ?? "";
    this.takenAt = Date.parse(this.#stamp) || null;
    URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(await answer.blob());
    this.node.src = this.#address;
    this.node.hidden = false;
    return true;
  }
}
