// The form of one rule: its kind, whom it looks for, when, and what each kind needs besides.

import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { LABEL, RULE_KIND, SEVERITY } from "./words.js";

const ZONE_KINDS = ["enter", "loiter", "count", "closed_street", "river_bank", "parked"];
const VEHICLES = ["motorcycle", "car", "bus", "truck"];
const OF_VEHICLES = new Set(["closed_street", "parked"]);
const NEEDS = { loiter: ["after_s"], parked: ["after_s"], count: ["more_than"], river_bank: ["gauge", "above_m"] };
const USUAL = { after_s: { loiter: 60, parked: 600 }, more_than: { count: 5 } };
const MEANING = {
  enter: t("Báo khi có người hoặc vật trong vùng."),
  loiter: t("Báo khi ai đó ở lại trong vùng lâu hơn số giây đã định."),
  count: t("Báo khi trong vùng có nhiều hơn số người đã định cùng lúc."),
  closed_street: t("Báo khi có xe trong vùng, dùng cho đường đang cấm."),
  river_bank: t("Báo khi có người ở bờ nước trong lúc mực nước cao hơn mức đã định."),
  parked: t("Báo khi xe đứng yên trong vùng lâu hơn số giây đã định."),
};
const DIRECTIONS = { both: t("cả hai chiều"), left_to_right: t("từ trái sang phải (đứng ở A nhìn sang B)"), right_to_left: t("từ phải sang trái (đứng ở A nhìn sang B)") };
const ADVANCED = [
  ["min_score", t("Chắc ít nhất (0–1)"), { min: 0, max: 1, step: 0.05 }],
  ["min_height", t("Cao ít nhất (phần của hình, 0–1)"), { min: 0, max: 1, step: 0.01 }],
  ["min_hits", t("Nhận ra ít nhất (lần)"), { min: 1, max: 30, step: 1 }],
  ["quiet_s", t("Kết thúc khi vắng (giây)"), { min: 2, max: 3600, step: 1 }],
  ["seen_s", t("Phải thấy ai ở lại hơn (giây)"), { min: 0.5, max: 10, step: 0.1 }],
];

export class RuleForm {
  /** `changed()` is called after every change; `tryIt()` when the person wants to see what it would have done; `keep` and `drop` are buttons. */
  constructor(form, changed, tryIt, { keep, drop }) {
    this.form = form;
    this.kind = "zone";
    this.gauges = [];
    this.keeping = el("div", { class: "rule-foot" }, keep, drop);
    this.build();
    form.addEventListener("input", (event) => this.edited(event.target, changed));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tryIt();
    });
  }

  build() {
    const number = (name, words, limits) => el("label", { "data-option": name }, words, el("input", { type: "number", name, ...limits }));
    this.button = el("button", { class: "primary try" }, icon("clock"), t("Xem thử 24 giờ qua"));
    replace(this.form,
      el("h2", {}, icon("pen"), t("Luật")),
      el("label", {}, t("Tên"), el("input", { name: "name", required: true, maxlength: 80, placeholder: t("Ví dụ: Bờ kè phía chợ") })),
      el("label", { "data-option": "rule" }, t("Báo khi"), el("select", { name: "rule" }, ZONE_KINDS.map((kind) => new Option(RULE_KIND[kind], kind)))),
      el("label", { "data-option": "direction" }, t("Chiều qua vạch"), el("select", { name: "direction" }, Object.entries(DIRECTIONS).map(([value, words]) => new Option(words, value)))),
      (this.meaning = el("p", { class: "muted meaning" })),
      number("after_s", t("Lâu hơn (giây)"), { min: 1, max: 86400, step: 1 }),
      number("more_than", t("Nhiều hơn (người, xe)"), { min: 1, max: 200, step: 1 }),
      el("label", { "data-option": "gauge" }, t("Trạm đo"), el("select", { name: "gauge" })),
      number("above_m", t("Cao hơn (m)"), { min: -100, max: 4000, step: 0.01 }),
      this.whom(), this.hours(),
      el("label", {}, t("Mức"), el("select", { name: "severity" }, Object.entries(SEVERITY).map(([value, words]) => new Option(words, value)))),
      el("details", {}, el("summary", {}, t("Thiết lập thêm")),
        el("label", {}, t("Mã (trong tệp cấu hình)"), el("input", { name: "id", maxlength: 40, pattern: "[a-z0-9]+(-[a-z0-9]+)*", placeholder: t("tự đặt theo tên") })),
        ADVANCED.map(([name, words, limits]) => number(name, words, limits))),
      this.button, this.keeping);
    this.form.elements.severity.value = "moderate";
    this.checkLabels(["person"]);
    this.face();
  }

  whom() {
    const labels = Object.entries(LABEL).map(([value, words]) => el("label", {}, el("input", { type: "checkbox", name: "labels", value }), words));
    return el("fieldset", { class: "labels" }, el("legend", {}, t("Tìm")), el("div", {}, labels));
  }

  hours() {
    const time = (name, value) => el("input", { type: "time", name, value, required: true });
    return el("fieldset", { class: "hours" }, el("legend", {}, t("Giờ canh")),
      el("select", { name: "when", "aria-label": t("Giờ canh") }, new Option(t("cả ngày"), "always"), new Option(t("trong giờ"), "hours")),
      el("span", { "data-option": "hours" }, time("from", "22:00"), ` ${t("đến")} `, time("to", "05:00")));
  }

  checkLabels(labels) {
    for (const box of this.form.elements.labels) box.checked = labels.includes(box.value);
  }

  edited(target, changed) {
    if (target.name === "rule") this.suit(target.value);
    this.face();
    changed();
  }

  /** Another kind of rule brings what it usually has. */
  suit(kind) {
    this.checkLabels(OF_VEHICLES.has(kind) ? VEHICLES : ["person"]);
    for (const name of NEEDS[kind] ?? []) if (USUAL[name]?.[kind]) this.form.elements[name].value = USUAL[name][kind];
  }

  /** Zone or line: each has its own questions. */
  setKind(kind) {
    this.kind = kind;
    this.face();
  }

  setGauges(gauges) {
    const chosen = this.form.elements.gauge.value;
    replace(this.form.elements.gauge, gauges.map(({ id, name }) => new Option(name, id)));
    if (chosen) this.form.elements.gauge.value = chosen;
  }

  face() {
    const { rule, when } = this.form.elements;
    const needed = new Set(this.kind === "zone" ? ["rule", ...(NEEDS[rule.value] ?? [])] : ["direction"]);
    if (when.value === "hours") needed.add("hours");
    for (const node of this.form.querySelectorAll("[data-option]")) {
      if (ADVANCED.some(([name]) => name === node.dataset.option)) continue;
      node.hidden = !needed.has(node.dataset.option);
      for (const input of node.querySelectorAll("input, select")) input.disabled = node.hidden;
      for (const input of node.querySelectorAll("input[type=number]")) input.required = !node.hidden;
    }
    this.meaning.textContent = this.kind === "zone" ? MEANING[rule.value] : t("Báo khi có người hoặc vật đi qua vạch theo chiều mũi tên.");
  }

  get direction() {
    return this.form.elements.direction.value;
  }

  /** Another rule: it has no name and no id yet. */
  renew() {
    for (const name of ["id", "name"]) this.form.elements[name].value = "";
  }

  /** A rule that is there already. */
  fill(rule) {
    const { elements } = this.form;
    for (const name of ["id", "name", "rule", "direction", "severity", "gauge", "after_s", "more_than", "above_m", ...ADVANCED.map(([one]) => one)]) {
      if (elements[name]) elements[name].value = rule[name] ?? (name === "severity" ? "moderate" : elements[name].tagName === "SELECT" ? elements[name].options[0]?.value : "");
    }
    if (rule.labels) this.checkLabels(rule.labels);
    const hours = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(rule.active ?? "");
    elements.when.value = hours ? "hours" : "always";
    if (hours) [elements.from.value, elements.to.value] = hours.slice(1);
    this.face();
  }

  /** The rule as a table of the config file, without its shape. What was left empty keeps its default. */
  value() {
    const given = new FormData(this.form);
    const active = given.get("when") === "hours" ? `${given.get("from")}-${given.get("to")}` : "always";
    const words = Object.fromEntries(["rule", "direction", "gauge"].filter((name) => given.get(name)).map((name) => [name, given.get(name)]));
    const numbers = ["after_s", "more_than", "above_m", ...ADVANCED.map(([name]) => name)].filter((name) => given.get(name));
    return { id: given.get("id") || slug(given.get("name")), name: given.get("name").trim(), ...words,
      active, labels: given.getAll("labels"), severity: given.get("severity"),
      ...Object.fromEntries(numbers.map((name) => [name, Number(given.get(name))])) };
  }
}

/** "Bờ kè phía chợ" is bo-ke-phia-cho. */
export function slug(name) {
  const plain = name.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40).replace(/-$/, "") || "vung";
}
