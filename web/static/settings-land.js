// The map to draw a hamlet's land on: what the commune drew already, at a scale that can be changed, without any server of maps.

import { mirror } from "./desk.js";
import { el, icon, replace, svg } from "./elements.js";
import { t } from "./texts.js";

const WIDE = 1000;
const HIGH = 640;
const ROOM = 1.25; // around what is known
const STEP = 1.6;
const USUAL_DEG = 0.04; // some four kilometres, where nothing is known
const LEAST_DEG = 0.004;
const MOST_DEG = 2;
const MIDDLE = [106, 16.5]; // of Việt Nam: until the person says where the commune is

/** `node` is the picture, as a Sketch wants it; points are [longitude, latitude]. */
export class LandView {
  #moving = () => {};
  #moved = () => {};

  constructor(own) {
    this.own = own;
    this.node = Object.assign(svg("svg", { class: "still land", viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" }), { naturalWidth: WIDE, naturalHeight: HIGH });
    this.fit();
    mirror.on("map commune", () => (this.known ? this.draw() : this.fit()));
  }

  /** `before()` is called while the old scale counts, `after()` when the new one does. */
  onmove(before, after) {
    this.#moving = before;
    this.#moved = after;
  }

  /** Everything that is on the map, as [longitude, latitude]. */
  points() {
    const map = mirror.get("map") ?? {};
    const all = [...(map.hamlets ?? []).flatMap((one) => one.rings.flat()), ...(map.lines ?? []).flatMap((one) => one.points), ...Object.values(map.places ?? {})];
    return all.map(([lat, lon]) => [lon, lat]);
  }

  fit() {
    const all = this.points();
    this.known = all.length > 0;
    if (!this.known) return this.look(MIDDLE, USUAL_DEG);
    const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
    const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
    const middle = [(west + east) / 2, (south + north) / 2];
    const high = ((north - south) * WIDE) / HIGH / Math.cos((middle[1] * Math.PI) / 180);
    this.look(middle, ROOM * Math.max(east - west, high, LEAST_DEG));
  }

  /** `deg`: how many degrees of longitude are to be seen. */
  look(middle, deg) {
    if (this.deg) this.#moving();
    this.middle = middle;
    this.deg = Math.min(MOST_DEG, Math.max(LEAST_DEG, deg));
    this.squeeze = Math.cos((middle[1] * Math.PI) / 180);
    this.draw();
    this.#moved();
  }

  shareOf([lon, lat]) {
    const high = (this.deg * this.squeeze * HIGH) / WIDE;
    return [0.5 + (lon - this.middle[0]) / this.deg, 0.5 - (lat - this.middle[1]) / high];
  }

  pointOf([x, y]) {
    const high = (this.deg * this.squeeze * HIGH) / WIDE;
    return [this.middle[0] + (x - 0.5) * this.deg, this.middle[1] - (y - 0.5) * high].map((one) => Math.round(one * 1e5) / 1e5);
  }

  place(lat, lon) {
    const [x, y] = this.shareOf([lon, lat]);
    return [x * WIDE, y * HIGH].map((one) => one.toFixed(1));
  }

  path(points) {
    return points.map(([lat, lon]) => this.place(lat, lon).join(",")).join(" ");
  }

  draw() {
    const map = mirror.get("map") ?? {};
    const names = new Map((mirror.get("commune")?.hamlets ?? []).map((one) => [one.id, one.name]));
    const others = (map.hamlets ?? []).filter((one) => one.id !== this.own);
    replace(this.node, others.flatMap((one) => one.rings.map((ring) => svg("polygon", { class: "land-hamlet", points: this.path(ring) }))),
      (map.lines ?? []).map((one) => svg("polyline", { class: `land-${one.kind}`, points: this.path(one.points) })),
      others.map((one) => this.words(one.rings[0], names.get(one.id) ?? one.id)),
      Object.values(map.places ?? {}).map(([lat, lon]) => svg("circle", { class: "land-place", cx: this.place(lat, lon)[0], cy: this.place(lat, lon)[1], r: 5 })));
  }

  words(ring, name) {
    const middle = [0, 1].map((at) => ring.reduce((sum, point) => sum + point[at], 0) / ring.length);
    const [x, y] = this.place(...middle);
    return svg("text", { class: "land-name", x, y, "text-anchor": "middle" }, name);
  }

  tools() {
    const button = (words, action) => el("button", { type: "button", class: "secondary", onclick: action }, words);
    const where = el("input", { class: "land-where", "aria-label": t("Tới vĩ độ, kinh độ"), placeholder: "20.9512, 105.8592", inputmode: "text" });
    const go = () => {
      const [lat, lon] = where.value.split(/[,;\s]+/).map(Number);
      if (lat > 5 && lat < 25 && lon > 100 && lon < 120) this.look([lon, lat], Math.min(this.deg, USUAL_DEG));
      else where.focus();
    };
    where.addEventListener("keydown", (event) => {
      if (event.key === "Enter") (event.preventDefault(), go());
    });
    return [button(t("Gần lại"), () => this.look(this.middle, this.deg / STEP)), button(t("Xa ra"), () => this.look(this.middle, this.deg * STEP)),
      button(t("Cả xã"), () => this.fit()), el("span", { class: "land-go" }, where, el("button", { type: "button", class: "secondary", onclick: go }, icon("place"), t("Tới toạ độ")))];
  }
}
