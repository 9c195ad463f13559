// A short chime for a new severe incident, again each minute while nobody took it, and ten minutes of silence on request.

import { serverNow, spanWords } from "./ages.js";
import { el, icon, replace } from "./elements.js";
import { older } from "./mirror.js";
import { t } from "./texts.js";

const LOUD = new Set(["severe", "extreme"]);
const QUIET_MS = 10 * 60 * 1000;
const AGAIN_MS = 60 * 1000;
const GIVES_UP_MS = 15 * 60 * 1000; // who has not come by then is told by phone, not by this screen
const NOTES = { severe: [880, 660], extreme: [988, 784, 988, 784] };
const NOTE_S = 0.22;
const LOUDNESS = 0.5;
const KEPT = "mo-lang-im-lang-den"; // survives a reload; it never lasts longer than ten minutes

/** Sounds for the incidents of `mirror`; `button` says how it stands and is pressed for silence. */
export function watchSounds(button, mirror) {
  const chime = new Chime(button);
  mirror.on("incidents", () => chime.look(mirror.get("incidents") ?? []));
  setInterval(() => chime.look(mirror.get("incidents") ?? []), 1000);
  button.addEventListener("click", () => chime.press());
  window.addEventListener("pointerdown", () => chime.wake());
  window.addEventListener("keydown", () => chime.wake());
  chime.wake();
  return chime;
}

class Chime {
  #sounded = new Map();
  #quietUntil = kept();
  #context = null;
  #words = "";

  constructor(button) {
    this.button = button;
    this.played = 0;
  }

  /** Whether the browser lets us be heard; it may want a touch or a key first. */
  get heard() {
    return this.#context?.state === "running";
  }

  get quiet() {
    return serverNow() < this.#quietUntil && this.#quietUntil - serverNow() <= QUIET_MS;
  }

  wake() {
    this.#context ??= window.AudioContext ? new AudioContext() : null;
    if (this.#context?.state === "suspended") this.#context.resume().then(() => this.draw(), () => {});
    this.draw();
  }

  press() {
    this.#quietUntil = this.quiet ? 0 : serverNow() + QUIET_MS;
    keep(this.#quietUntil);
    this.draw();
  }

  look(incidents) {
    const loud = incidents.filter((one) => one.state === "open" && !one.taken_by && !one.verdict && LOUD.has(one.severity) && !older(one.began_at_ms, GIVES_UP_MS));
    const due = loud.filter((one) => serverNow() - (this.#sounded.get(one.id) ?? -Infinity) >= AGAIN_MS);
    this.draw();
    if (due.length === 0 || this.quiet || !this.heard) return;
    for (const one of loud) this.#sounded.set(one.id, serverNow());
    this.#forget(incidents);
    this.#play(due.some((one) => one.severity === "extreme") ? NOTES.extreme : NOTES.severe);
  }

  #forget(incidents) {
    const known = new Set(incidents.map((one) => one.id));
    for (const id of this.#sounded.keys()) if (!known.has(id)) this.#sounded.delete(id);
  }

  #play(notes) {
    const begin = this.#context.currentTime + 0.05;
    notes.forEach((pitch, index) => tone(this.#context, pitch, begin + index * NOTE_S));
    this.played += 1;
    this.button.dataset.played = this.played;
  }

  draw() {
    const [mark, words, kind] = this.#standing();
    if (this.#words === words) return;
    this.#words = words;
    this.button.className = `quiet ${kind}`;
    this.button.setAttribute("aria-pressed", String(kind === "resting"));
    replace(this.button, icon(mark), el("span", {}, words));
  }

  #standing() {
    if (!this.heard) return ["bell-off", t("Chưa có tiếng: chạm vào màn hình một lần"), "blocked"];
    if (this.quiet) return ["bell-off", t("Đang im lặng, còn %(span)s", { span: spanWords(this.#quietUntil - serverNow()) }), "resting"];
    return ["bell", t("Im lặng 10 phút"), "ready"];
  }
}

/** One note that swells and fades: a bell, not a beep. */
function tone(context, pitch, begin) {
  const [voice, swell] = [new OscillatorNode(context, { type: "triangle", frequency: pitch }), new GainNode(context, { gain: 0 })];
  swell.gain.setValueAtTime(0, begin);
  swell.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.015);
  swell.gain.exponentialRampToValueAtTime(0.001, begin + NOTE_S * 1.9);
  voice.connect(swell).connect(context.destination);
  voice.start(begin);
  voice.stop(begin + NOTE_S * 2);
}

function kept() {
  try {
    return Number(localStorage.getItem(KEPT)) || 0;
  } catch {
    return 0;
  }
}

function keep(until) {
  try {
    localStorage.setItem(KEPT, until);
  } catch {
    // silence that a reload ends is no harm
  }
}
