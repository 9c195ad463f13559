// Single values of a settings form: text, numbers, choices, dates, lists of them, corners of pictures, free settings.

import { el } from "./elements.js";
import { t } from "./texts.js";
import { PRIORITY, RULE_KIND, SEVERITY } from "./words.js";

const DOTS = "••••••••";
const LONG = 300;
const MEANING = { ...RULE_KIND, ...SEVERITY, ...PRIORITY };
const KINDS = { text, int: number, float: number, bool, choice, date, list, fixed, map };

/** One field of a single value; `read()` is undefined when it was left empty. */
export function leaf(field, value, context) {
  return KINDS[field.shape.kind](field, value, context);
}

const usual = (field) => (field.required || field.default === null || field.default === "" ? "" : t("thường là %(value)s", { value: plain(field.default) }));
const plain = (value) => (value === true ? t("có") : value === false ? t("không") : Array.isArray(value) ? value.join(", ") : String(value));
const described = (field, { id }) => ({ id, "aria-describedby": field.help ? `${id}-help ${id}-bad` : `${id}-bad` });

function text(field, value, context) {
  if (field.refers) return reference(field, value, context);
  const long = (field.shape.max_length ?? 0) >= LONG && !field.name.endsWith("url");
  const attributes = { ...described(field, context), maxlength: field.shape.max_length, placeholder: usual(field), disabled: context.locked, autocomplete: "off", spellcheck: "false" };
  const input = el(long ? "textarea" : "input", long ? { ...attributes, rows: 3 } : attributes);
  input.value = value ?? "";
  if (value?.includes(DOTS)) input.addEventListener("focus", () => input.select());
  return { node: input, read: () => (input.value.trim() === "" && value === undefined ? undefined : emptied(field, input.value)) };
}

/** What was emptied goes back to the usual value, where there is one. */
const emptied = (field, value) => (value.trim() === "" && !field.required ? undefined : value);

function reference(field, value, context) {
  const options = (context.choices[field.refers] ?? []).map(([id, name]) => [id, name === id ? id : `${name} (${id})`]);
  return chosen(field, value, context, options);
}

function choice(field, value, context) {
  return chosen(field, value, context, field.shape.values.map((one) => [one, inWords(one)]));
}

/** A word of the file with what it means, where pages have a word for it. */
const inWords = (one) => (MEANING[one] ? `${MEANING[one]} (${one})` : String(one));

function chosen(field, value, context, options) {
  const known = options.some(([id]) => id === value);
  const select = el("select", { ...described(field, context), disabled: context.locked },
    new Option(field.required ? t("hãy chọn") : usual(field) || t("không có"), ""),
    known || value === undefined ? null : new Option(String(value), value),
    ...options.map(([id, words]) => new Option(words, id)));
  select.value = value ?? "";
  return { node: select, read: () => (select.value === "" ? undefined : options.find(([id]) => String(id) === select.value)?.[0] ?? select.value) };
}

function bool(field, value, context) {
  const select = el("select", { ...described(field, context), disabled: context.locked },
    new Option(usual(field) || t("hãy chọn"), ""), new Option(t("có"), "yes"), new Option(t("không"), "no"));
  select.value = value === undefined ? "" : value ? "yes" : "no";
  return { node: select, read: () => (select.value === "" ? undefined : select.value === "yes") };
}

function number(field, value, context) {
  const { ge, le, multiple_of: step, kind } = field.shape;
  const input = el("input", { ...described(field, context), type: "number", min: ge, max: le, step: step ?? (kind === "int" ? 1 : "any"), placeholder: usual(field), disabled: context.locked });
  input.value = value ?? "";
  return { node: input, read: () => (input.value === "" ? undefined : Number(input.value)) };
}

function date(field, value, context) {
  const input = el("input", { ...described(field, context), type: "date", disabled: context.locked });
  input.value = value ?? "";
  return { node: input, read: () => input.value || undefined };
}

function list(field, value, context) {
  const { item } = field.shape;
  if (field.refers) return checks(field, value, context, context.choices[field.refers] ?? []);
  if (item.kind === "choice") return checks(field, value, context, item.values.map((one) => [one, one]));
  if (item.kind === "text") return lines(field, value, context, (line) => line, (one) => one);
  if (item.kind === "fixed") return lines(field, value, context, numbers, (one) => one.join(", "));
  return json(field, value, context);
}

function checks(field, value, context, options) {
  const unset = value === undefined;
  const held = new Set(value ?? field.default ?? []);
  const strange = [...held].filter((one) => !options.some(([id]) => id === one)).map((one) => [one, one]);
  const boxes = [...options, ...strange].map(([id, name]) => el("label", {}, el("input", { type: "checkbox", value: id, checked: held.has(id), disabled: context.locked }), name));
  const node = el("div", { class: "setting-checks", role: "group", "aria-labelledby": `${context.id}-label` }, boxes);
  const before = JSON.stringify([...held]);
  const read = () => {
    const found = [...node.querySelectorAll("input:checked")].map((box) => box.value);
    const ordered = [...[...held].filter((one) => found.includes(one)), ...found.filter((one) => !held.has(one))];
    return unset && JSON.stringify(ordered) === before ? undefined : ordered;
  };
  return { node, read, labelled: true };
}

function lines(field, value, context, parse, show) {
  const area = el("textarea", { ...described(field, context), rows: Math.min(8, Math.max(2, (value ?? []).length + 1)), placeholder: usual(field), disabled: context.locked, spellcheck: "false" });
  area.value = (value ?? []).map(show).join("\n");
  const read = () => {
    const found = area.value.split("\n").map((line) => line.trim()).filter(Boolean).map(parse);
    return found.length === 0 && value === undefined ? undefined : found;
  };
  return { node: [area, el("p", { class: "form-note" }, t("Mỗi dòng một mục."))], read };
}

const numbers = (line) => line.split(/[,;\s]+/).filter(Boolean).map(Number);

/** Two or more values side by side, such as the three levels of báo động. */
function fixed(field, value, context) {
  if (field.shape.items.some((item) => !["int", "float"].includes(item.kind))) return json(field, value, context);
  const inputs = field.shape.items.map((item, index) => {
    const input = el("input", { type: "number", step: "any", id: index === 0 ? context.id : null, "aria-label": `${field.label} ${index + 1}`, disabled: context.locked });
    input.value = value?.[index] ?? "";
    return input;
  });
  const read = () => (inputs.every((input) => input.value === "") ? undefined : inputs.map((input) => (input.value === "" ? null : Number(input.value))));
  return { node: el("div", { class: "setting-numbers" }, inputs), read };
}

/** Corners of pictures and other nested lists, as they stand in the file. */
function json(field, value, context) {
  const area = el("textarea", { ...described(field, context), class: "code", rows: 3, disabled: context.locked, spellcheck: "false" });
  area.value = value === undefined ? "" : JSON.stringify(value);
  const read = () => {
    if (area.value.trim() === "") return undefined;
    try {
      return JSON.parse(area.value);
    } catch {
      return area.value;
    }
  };
  return { node: area, read };
}

/** Free settings of a device: one `name = value` a line. */
function map(field, value, context) {
  const area = el("textarea", { ...described(field, context), class: "code", rows: Math.max(3, Object.keys(value ?? {}).length + 1), disabled: context.locked, spellcheck: "false", placeholder: 'device = "/dev/ttyUSB0"' });
  area.value = Object.entries(value ?? {}).map(([name, one]) => `${name} = ${JSON.stringify(one)}`).join("\n");
  const read = () => {
    const rows = area.value.split("\n").map((line) => line.trim()).filter(Boolean).map(pair);
    return rows.length === 0 && value === undefined ? undefined : Object.fromEntries(rows);
  };
  return { node: [area, el("p", { class: "form-note" }, t('Mỗi dòng một thông số: tên = giá trị, chữ đặt trong ngoặc kép.'))], read };
}

function pair(line) {
  const cut = line.indexOf("=");
  const name = (cut < 0 ? line : line.slice(0, cut)).trim();
  const words = cut < 0 ? "" : line.slice(cut + 1).trim();
  try {
    return [name, JSON.parse(words)];
  } catch {
    return [name, words];
  }
}
