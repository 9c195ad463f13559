// Plays the clips of a recording one after the other: exactly the files that will sound from the horns.

import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { length } from "./words.js";

let playing = null; // one at a time

/** A player of these clips (sha256 names), `ms` long; `started` is called when somebody begins to listen. */
export function player(clips, ms, started = () => {}) {
  const audio = el("audio", { preload: "none" });
  const progress = el("progress", { max: Math.max(ms, 1), value: 0, "aria-label": t("Đã nghe") });
  const time = el("span", { class: "player-time" }, length(ms));
  const button = el("button", { type: "button", class: "listen" });
  const told = el("span", { class: "bad" });
  let clip = 0;
  let before = 0; // milliseconds of the clips that have ended

  const face = () => replace(button, icon(audio.paused ? "play" : "stop"), audio.paused ? t("Nghe thử") : t("Ngừng nghe"));
  const load = (index) => {
    clip = index;
    audio.src = `/clips/${clips[index]}.opus`;
  };
  const rewind = () => {
    audio.pause();
    [clip, before, progress.value] = [0, 0, 0];
    time.textContent = length(ms);
    face();
  };
  const next = () => {
    before += audio.duration * 1000;
    if (clip + 1 >= clips.length) return rewind();
    load(clip + 1);
    audio.play();
  };
  const toggle = async () => {
    if (!audio.paused) return rewind();
    playing?.();
    playing = rewind;
    load(0);
    told.textContent = "";
    await audio.play().then(started, () => (told.textContent = t("Không mở được bản ghi.")));
    face();
  };

  audio.addEventListener("ended", next);
  audio.addEventListener("timeupdate", () => {
    progress.value = before + audio.currentTime * 1000;
    time.textContent = `${length(progress.value)} / ${length(ms)}`;
  });
  button.addEventListener("click", toggle);
  face();
  return el("div", { class: "player" }, button, progress, time, told, audio);
}
