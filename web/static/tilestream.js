// All videos of a wall over one WebSocket (edge/workers/live/tiles.py tells the format).

import { Line } from "./line.js";
import { Player } from "./videofeed.js";

const SILENT_MS = 6000; // a sign of life comes every 2 s
const REFUSED_WAIT_MS = 60000; // a camera whose codec cannot be played: somebody must change it first
const BROKEN_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const CALM_MS = 10000; // a stream that played for so long was well: its next failure waits only a moment
const HEAD_BYTES = 8; // channel (2), kind (1), 0, length (4), big-endian
const MEDIA = 0;
const CHANNELS = 65535;

export class TileStream {
  #players = new Map(); // channel -> {camera, player}
  #channel = 0;
  #due = false;
  #line;

  /** `url` is that of the tiles' WebSocket. */
  constructor(url) {
    this.#line = new Line(url, SILENT_MS, {
      open: () => this.#ask(),
      message: (data) => this.#take(data),
      lost: () => this.#players.forEach(({ player }) => player.lost()),
    });
  }

  /** Plays a camera in `video` until `close()` of what is returned; `onStatus` as Player tells it. */
  watch(camera, video, onStatus) {
    let channel = 0;
    let later = 0;
    let waitMs = BROKEN_WAIT_MS;
    let begun = performance.now();
    const begin = () => {
      begun = performance.now();
      channel = this.#enter(camera, player);
    };
    const again = (why) => {
      this.#leave(channel);
      player.lost();
      waitMs = performance.now() - begun > CALM_MS ? BROKEN_WAIT_MS : Math.min(waitMs * 2, LONGEST_WAIT_MS);
      clearTimeout(later);
      later = setTimeout(begin, why === "refused" ? REFUSED_WAIT_MS : waitMs);
    };
    const player = new Player(video, onStatus, again);
    begin();
    return {
      close: () => {
        clearTimeout(later);
        this.#leave(channel);
        player.close();
      },
    };
  }

  close() {
    this.#line.close();
  }

  #enter(camera, player) {
    do this.#channel = (this.#channel % CHANNELS) + 1;
    while (this.#players.has(this.#channel));
    this.#players.set(this.#channel, { camera, player });
    this.#askSoon();
    return this.#channel;
  }

  #leave(channel) {
    if (this.#players.delete(channel)) this.#askSoon();
  }

  /** Many tiles that begin together are one wish. */
  #askSoon() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => this.#ask());
  }

  #ask() {
    this.#due = false;
    this.#line.send(JSON.stringify({ watch: [...this.#players].map(([channel, { camera }]) => [channel, camera]) }));
  }

  #take(data) {
    this.#line.well();
    const view = new DataView(data);
    for (let at = 0; at < data.byteLength; ) {
      const [channel, kind, length] = [view.getUint16(at), view.getUint8(at + 2), view.getUint32(at + 4)];
      this.#give(channel, kind, new Uint8Array(data, at + HEAD_BYTES, length));
      at += HEAD_BYTES + length;
    }
  }

  /** What was still on its way for a tile that has ended is dropped. */
  #give(channel, kind, bytes) {
    const player = this.#players.get(channel)?.player;
    if (kind === MEDIA) player?.take(bytes);
    else player?.tell(JSON.parse(new TextDecoder().decode(bytes)));
  }
}
