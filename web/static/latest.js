// The newest picture of a camera and when it was taken; for cameras whose video does not play.

import { el } from "./elements.js";

const REFRESH_MS = 3000;
const DEADLINE_MS = 6000;

export class Latest {
  #due = 0;
  #address = "";

  /** `camera` is its id. `node` shows the picture; it is hidden while there is none. */
  constructor(camera) {
    this.url = `/latest/${encodeURIComponent(camera)}.jpg`;
    this.node = el("img", { alt: "", hidden: true });
    this.takenAt = null; // UTC milliseconds by the server's clock
  }

  /** Ask for a newer one, at most every REFRESH_MS. Without an answer the old one stays, and so does its age. */
  async refresh() {
    if (performance.now() < this.#due) return;
    this.#due = performance.now() + DEADLINE_MS;
    await this.#fetch().catch(() => {});
    this.#due = performance.now() + REFRESH_MS;
  }

  async #fetch() {
    const answer = await fetch(this.url, { cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!answer.ok) return;
    this.takenAt = Date.parse(answer.headers.get("Last-Modified")) || null;
    URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(await answer.blob());
    this.node.src = this.#address;
    this.node.hidden = false;
  }
}
