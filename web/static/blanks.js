// The blanks of a template as inputs of their kind, with their bounds; and what they say, as the supervisor takes it.

import { el } from "./elements.js";
import { t } from "./texts.js";

const comma = (number) => String(number).replace(".", ",");
const number = (step) => (facts, blank) => el("input", { ...facts, type: "number", min: blank.low, max: blank.high, step: blank.step || step, inputmode: "decimal" });
const INPUT = {
  level: number(0.01),
  discharge: number(1),
  count: number(1),
  duration: number(1),
  time: (facts) => el("input", { ...facts, type: "time" }),
  date: (facts) => el("input", { ...facts, type: "date" }),
  text: (facts, blank) => el("input", { ...facts, type: "text", maxlength: blank.most }),
  choice: (facts, blank) => el("select", facts, el("option", { value: "" }, t("Chọn…")), blank.choices.map((one) => el("option", { value: one }, one))),
};
const HINT = {
  level: (blank) => t("mét, từ %(low)s đến %(high)s", { low: comma(blank.low), high: comma(blank.high) }),
  discharge: (blank) => t("m³/s, từ %(low)s đến %(high)s", { low: comma(blank.low), high: comma(blank.high) }),
  count: (blank) => [t("từ %(low)s đến %(high)s", { low: comma(blank.low), high: comma(blank.high) }), blank.unit].filter(Boolean).join(" "),
  duration: (blank) => t("phút, từ %(low)s đến %(high)s", { low: comma(blank.low), high: comma(blank.high) }),
  time: () => t("giờ trong ngày"),
  date: () => t("ngày, tháng, năm"),
  choice: () => t("chọn một"),
  hamlets: () => t("chọn một hay nhiều thôn"),
  text: (blank) => t("chữ và số, dài nhất %(most)s chữ", { most: blank.most }),
};

/** An input of this blank with its label and bounds. */
export function blankField(blank) {
  const hint = el("small", { class: "muted", id: `hint-${blank.name}` }, HINT[blank.kind](blank));
  if (blank.kind === "hamlets") {
    return el("fieldset", { class: "blank blank-hamlets", "data-blank": blank.name }, el("legend", {}, blank.label),
      el("div", { class: "hamlets" }, blank.choices.map((name) => el("label", {}, el("input", { type: "checkbox", value: name }), el("span", {}, name)))), hint);
  }
  const facts = { id: `blank-${blank.name}`, required: true, autocomplete: "off", "aria-describedby": `hint-${blank.name}` };
  return el("label", { class: "blank", "data-blank": blank.name }, blank.label, INPUT[blank.kind](facts, blank), hint);
}

/** What was filled in, by the names of the blanks; "" where nothing is. */
export function filled(parent) {
  return Object.fromEntries([...parent.querySelectorAll("[data-blank]")].map((node) => [node.dataset.blank, said(node)]));
}

/** The first thing that is wrong, as a sentence, or "". The supervisor checks it all again. */
export function wrong(parent, blanks) {
  const values = filled(parent);
  for (const blank of blanks) {
    const input = parent.querySelector(`#blank-${blank.name}`);
    if (!values[blank.name] && !input?.validity.badInput) return t("Chưa điền “%(label)s”.", { label: blank.label });
    if (input && !input.validity.valid) return t("“%(label)s” chưa đúng: %(HINT)s.", { label: blank.label, HINT: HINT[blank.kind](blank) });
  }
  return "";
}

/** The words of a template with what was filled in, and the names of blanks that are still empty. */
export function withBlanks(template, values) {
  return template.text.split(/\{([a-z][a-z0-9_]*)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    const blank = template.blanks.find((one) => one.name === part);
    return el("mark", { class: values[part] ? "filled" : "hole" }, values[part] || blank?.label || part);
  });
}

/** What may stand in the blanks, for whoever approves the template. */
export function boundWords(blank) {
  return `${blank.label}: ${blank.kind === "choice" ? blank.choices.join(", ") : HINT[blank.kind](blank)}`;
}

function said(node) {
  if (node.tagName === "FIELDSET") return [...node.querySelectorAll("input:checked")].map((box) => box.value).join(", ");
  const input = node.querySelector("input, select");
  if (input.type !== "date" || !input.value) return input.value.trim();
  const [year, month, day] = input.value.split("-");
  return `${Number(day)}/${Number(month)}/${year}`;
}
