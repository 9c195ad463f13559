// A drawn rule goes into the camera's settings: the difference is shown first, then it is a version like any other.

import { get, post, toast } from "./ask.js";
import { drawPreview } from "./settings-form.js";
import { t } from "./texts.js";

const WORK_MS = 20_000;
const TABLE = "camera";
const OF_FORM = new Set(["id", "name", "rule", "direction", "severity", "gauge", "after_s", "more_than", "above_m", "active", "labels", "min_score", "min_height", "min_hits", "quiet_s", "seen_s", "polygon", "points"]);

/** Shows what the camera's settings would become with `rule` in `list` ("zone" or "line"); `known` is the id that it replaces, or "". */
export async function previewRule(place, camera, list, rule, known, done) {
  const change = (rows) => (known && rows.some((one) => one.id === known) ? rows.map((one) => (one.id === known ? { ...unknownToForm(one), ...rule, id: known } : one)) : [...rows, { ...rule, id: free(rule.id, rows) }]);
  await preview(place, camera, list, change, done);
}

/** The same for a rule that shall go. */
export async function previewRemoval(place, camera, list, known, done) {
  await preview(place, camera, list, (rows) => rows.filter((one) => one.id !== known), done);
}

async function preview(place, camera, list, change, done) {
  const all = await get(`/api/settings/${TABLE}`);
  const row = all.rows.find((one) => one.key === camera)?.index;
  if (row === undefined) throw new Error(t("Camera này không còn trong cấu hình: hãy tải lại trang."));
  const form = await get(`/api/settings/${TABLE}`, { row });
  const wish = { base: form.base, table: TABLE, row, value: { ...form.value, [list]: change(form.value[list] ?? []) } };
  const found = await post("/api/settings/preview", wish, AbortSignal.timeout(WORK_MS));
  if (found.problem) return toast(`${found.problem.path}: ${found.problem.sentence}`, "bad");
  if (found.changes.length === 0) return toast(t("Không có gì khác với cấu hình đang dùng."));
  drawPreview(place, found, (note, press) => post("/api/settings/apply", { ...wish, id: press, note }, AbortSignal.timeout(WORK_MS)), done);
}

const unknownToForm = (rule) => Object.fromEntries(Object.entries(rule).filter(([name]) => !OF_FORM.has(name)));

/** An id that no other rule of the camera has. */
function free(id, rows) {
  const taken = new Set(rows.map((one) => one.id));
  for (let number = 2; taken.has(id); number += 1) id = `${id.replace(/-\d+$/, "").slice(0, 36)}-${number}`;
  return id;
}
