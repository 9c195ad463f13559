// The browser's end of the live process: one camera's video, and the sections of the wall's state.
// Both functions reconnect by themselves for ever and return {close()}. A wall's many videos: tilestream.js.

import { Line } from "./line.js";
import { Player } from "./videofeed.js";

const REFUSED_WAIT_MS = 60000; // a camera whose codec cannot be played: somebody must change it first
const SILENT_VIDEO_MS = 15000;
const SILENT_STATE_MS = 12000; // the section "clock" comes every 5 s

/** Plays a camera in `video` for ever; `onStatus(state, text)` as Player of videofeed.js tells it. */
export function watchVideo(video, url, onStatus = () => {}) {
  const player = new Player(video, onStatus, (why) => line.restart(why === "refused" ? REFUSED_WAIT_MS : 0));
  const line = new Line(url, SILENT_VIDEO_MS, {
    message(data) {
      if (typeof data === "string") return player.tell(JSON.parse(data));
      player.take(data);
      line.well();
    },
    lost: () => player.lost(),
  });
  return {
    close() {
      line.close();
      player.close();
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
