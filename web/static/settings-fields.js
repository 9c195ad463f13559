// Fields of a settings form from their shapes (edge/config/form/shape.py): each one has a node, reads its value, and
// can show what is wrong with it. A field that is left empty is left out: the usual value then holds.

import { el, replace } from "./elements.js";
import { drawnAs, drawnField } from "./settings-drawn.js";
import { leaf } from "./settings-leaves.js";
import { t } from "./texts.js";

/** The fields of a table: `{node, read(), mark(path, sentence)}`; `mark` says whether it found the place. */
export function drawTable(shape, value, context) {
  const fields = shape.fields.map((field) => drawField(field, value?.[field.name], { ...context, path: join(context.path, field.name) }));
  return {
    node: fields.map((field) => field.node),
    read: () => Object.fromEntries(fields.map((field) => [field.name, field.read()]).filter(([, one]) => one !== undefined)),
    mark: (path, sentence) => fields.map((field) => field.mark(path, sentence)).some(Boolean),
  };
}

const join = (path, name) => (path ? `${path}.${name}` : name);

function drawField(field, value, context) {
  const id = `f-${context.path.replaceAll(/[^a-z0-9]+/gi, "-")}`;
  const inside = inner(field, value, { ...context, id, locked: context.locked || field.fixed });
  const bad = el("p", { class: "form-bad", id: `${id}-bad` });
  const node = el("div", { class: inside.wide ? "setting-field setting-wide" : "setting-field" },
    el("div", { class: "setting-name" },
      inside.labelled ? el("span", { class: "label", id: `${id}-label` }, field.label) : el("label", { for: id }, field.label),
      el("code", {}, field.name), field.required ? el("span", { class: "setting-must" }, t("phải có")) : null,
      field.help && field.help !== field.label ? el("p", { id: `${id}-help` }, field.help) : null,
      field.fixed ? el("p", {}, t("Không đổi được ở đây.")) : null),
    el("div", { class: "setting-input" }, inside.node, bad));
  const mark = (path, sentence) => markField(context.path, path, sentence, { bad, inside, node });
  return { name: field.name, node, read: inside.read, mark };
}

/** Shows the sentence when the path leads here or below here; an empty path takes every sentence away. */
function markField(own, path, sentence, { bad, inside, node }) {
  const here = path !== "" && (path === own || path.startsWith(`${own}.`) || path.startsWith(`${own}[`));
  const deeper = inside.mark ? inside.mark(path, sentence) : false;
  bad.textContent = here && !deeper ? sentence : "";
  const control = node.querySelector("input, select, textarea");
  if (control && !inside.mark) control.setAttribute("aria-invalid", here ? "true" : "false");
  if (here && !deeper) {
    node.scrollIntoView({ block: "center" });
    control?.focus();
  }
  return here;
}

function inner(field, value, context) {
  const { shape } = field;
  if (shape.kind === "table") return subTable(field, value, context);
  if (shape.kind === "list" && shape.item.kind === "table") return subRows(field, value, context);
  const drawn = drawnAs(context.table, context.path);
  const typed = leaf(field, value, context);
  if (!drawn || (drawn !== "land" && !context.own)) return typed; // a camera that is not there yet has no picture
  return { ...drawnField(typed, drawn, value, context), wide: true };
}

function subTable(field, value, context) {
  const table = drawTable(field.shape, value, context);
  const read = () => {
    const found = table.read();
    return Object.keys(found).length > 0 || value !== undefined ? found : undefined;
  };
  return { node: el("fieldset", { class: "setting-sub", "aria-labelledby": `${context.id}-label` }, table.node), read, mark: table.mark, labelled: true, wide: true };
}

/** Rows inside a row, such as the zones of a camera. */
function subRows(field, value, context) {
  const rows = [];
  const list = el("div", { class: "setting-input" });
  const draw = () => replace(list, rows.map((row, index) => rowNode(row, index)));
  const rowNode = (row, index) => el("fieldset", { class: "setting-sub" },
    el("header", {}, el("span", {}, `${field.label} ${index + 1}`), context.locked ? null
      : el("button", { type: "button", class: "quiet", onclick: () => { rows.splice(rows.indexOf(row), 1); draw(); } }, t("Bỏ"))),
    row.node);
  const push = (one) => rows.push(drawTable(field.shape.item, one, { ...context, path: `${context.path}[${rows.length}]` }));
  (value ?? []).forEach(push);
  draw();
  const add = context.locked ? null : el("button", { type: "button", class: "secondary", onclick: () => { push({}); draw(); } }, t("Thêm"));
  const read = () => (rows.length > 0 || value !== undefined ? rows.map((row) => row.read()) : undefined);
  const mark = (path, sentence) => rows.map((row) => row.mark(path, sentence)).some(Boolean);
  return { node: el("div", { class: "setting-input", role: "group", "aria-labelledby": `${context.id}-label` }, list, add), read, mark, labelled: true, wide: true };
}
