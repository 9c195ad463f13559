// How the wall is laid out, whether it is day or night on it, and the small walk of its pixels.

import { serverNow } from "./ages.js";
import { t } from "./texts.js";

export const LAYOUTS = {
  "toan-canh": t("Toàn cảnh"),
  camera: t("Camera"),
  "ban-do": t("Bản đồ"),
  nuoc: t("Nước"),
  "chi-so": t("Chỉ số"),
};
const IN_TURN = "lan-luot";
const TURN_MS = 30 * 1000;
const DAY = "ngay";
const NIGHT = "dem";
const ALONE = "tu-dong"; // day and night by the clock
const DAY_BEGINS_H = 6;
const DAY_ENDS_H = 18;
const ZONE_MS = 7 * 3600 * 1000; // Việt Nam, without summer time
const WALK_MS = 60 * 1000;
const WALK = [[0, 0], [3, 0], [3, 3], [0, 3], [-3, 3], [-3, 0], [-3, -3], [0, -3], [3, -3]];
const KEPT = "mo-lang-man-hinh";

/** Lays out the wall by `?bo-cuc=` and `?sang=`, by keys 1 to 6 and N; `urgent()` holds the overview while turning. */
export class Layouts {
  #wanted = { ...remembered(), ...asked() };
  #steps = 0;

  /** `changed` is called with the layout's name whenever it or the light changes. */
  constructor(urgent, changed) {
    Object.assign(this, { urgent, changed });
    document.addEventListener("keydown", (event) => this.#key(event));
    setInterval(() => this.#turn(), TURN_MS);
    setInterval(() => this.#walk(), WALK_MS);
    setInterval(() => this.draw(), 5000);
    this.draw();
  }

  get name() {
    const { layout } = this.#wanted;
    if (layout !== IN_TURN) return layout in LAYOUTS ? layout : "toan-canh";
    return this.urgent() ? "toan-canh" : Object.keys(LAYOUTS)[this.#steps % Object.keys(LAYOUTS).length];
  }

  get isDay() {
    const { light } = this.#wanted;
    if (light === DAY || light === NIGHT) return light === DAY;
    const hour = new Date(serverNow() + ZONE_MS).getUTCHours();
    return hour >= DAY_BEGINS_H && hour < DAY_ENDS_H;
  }

  /** Choose a layout or a light, and remember it on this screen. */
  choose(wish) {
    Object.assign(this.#wanted, wish);
    remember(this.#wanted);
    this.draw();
  }

  draw() {
    const print = `${this.name} ${this.isDay} ${this.#wanted.layout}`;
    if (print === this.print) return;
    this.print = print;
    document.body.dataset.layout = this.name;
    document.body.dataset.turning = String(this.#wanted.layout === IN_TURN);
    document.body.classList.toggle("day", this.isDay);
    this.changed(this.name);
  }

  #turn() {
    this.#steps += 1;
    this.draw();
  }

  /** Nothing burns in that never stands for long on the same pixels. */
  #walk() {
    const [x, y] = WALK[Math.floor(performance.now() / WALK_MS) % WALK.length];
    document.body.style.setProperty("--walk", `${x}px ${y}px`);
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const layout = [...Object.keys(LAYOUTS), IN_TURN][Number(event.key) - 1];
    if (layout) this.choose({ layout });
    if (event.key.toLowerCase() === "n") this.choose({ light: this.isDay ? NIGHT : DAY });
  }
}

function asked() {
  const query = new URLSearchParams(location.search);
  const given = { layout: query.get("bo-cuc"), light: query.get("sang") };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

function remembered() {
  const usual = { layout: "toan-canh", light: ALONE };
  try {
    return { ...usual, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return usual;
  }
}

function remember(wanted) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(wanted));
  } catch {
    // chosen again after the next reload
  }
}
