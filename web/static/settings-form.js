// One table or row as a form: fields from the schema, a preview of what would change, and the press that does it.

import { doing, post, uuid } from "./ask.js";
import { el, replace } from "./elements.js";
import { drawTable } from "./settings-fields.js";
import { differenceOf } from "./settings-difference.js";
import { t } from "./texts.js";

/** Draws the form into `place`; `row` null: the single table, -1: a new row. `done` gets the reply of the change. */
export function drawForm(place, form, row, done) {
  const fields = drawTable(form.shape, form.value, { choices: form.choices, path: "", locked: !form.may_change, table: form.table, own: form.value?.id ?? "" });
  const preview = el("section", { class: "sheet setting-preview", hidden: true, tabindex: "-1" });
  const note = el("p", { class: "form-bad", role: "alert" });
  const wish = (value) => ({ base: form.base, table: form.table, row, value });
  const look = doing(t("Xem trước thay đổi"), { class: "primary" }, () => show(fields.read()));
  const remove = removable(form, row) ? doing(removeWords(form), { class: "quiet" }, () => show(null)) : null;

  async function show(value) {
    fields.mark("", "");
    note.textContent = "";
    const found = await post("/api/settings/preview", wish(value), AbortSignal.timeout(20_000));
    if (found.problem) return tell(found.problem);
    if (found.changes.length === 0) {
      preview.hidden = true;
      note.textContent = t("Không có gì khác với cấu hình đang dùng.");
      return;
    }
    drawPreview(preview, found, (words, press) => post("/api/settings/apply", { ...wish(value), id: press, note: words }, AbortSignal.timeout(20_000)), done);
  }

  function tell(problem) {
    preview.hidden = true;
    const inner = problem.path.replace(new RegExp(`^${form.table}(\\[\\d+\\])?\\.?`), "");
    const own = problem.path.startsWith(form.table);
    if (!own || !fields.mark(inner, problem.sentence)) note.textContent = `${problem.path}: ${problem.sentence}`;
  }

  replace(place, el("form", { class: "sheet setting-form", onsubmit: (event) => { event.preventDefault(); look.click(); } },
    el("header", { class: "setting-head" }, el("h2", {}, heading(form, row)),
      form.rows ? el("a", { class: "secondary", href: `#${form.table}` }, t("Cả bảng")) : null),
    form.may_change ? null : el("p", { class: "muted" }, t("Vai trò của bạn chỉ xem được bảng này.")),
    el("div", { class: "setting-fields" }, fields.node),
    form.may_change ? el("div", { class: "setting-foot" }, look, remove, note) : null), preview);
}

function heading(form, row) {
  if (row === null) return form.title;
  return row < 0 ? t("Thêm %(row)s", { row: form.row_word }) : `${form.title}: ${form.rows[row]?.title ?? ""}`;
}

const removable = (form, row) => (row === null ? form.is_set && !form.required : row >= 0);
const removeWords = (form) => (form.rows ? t("Bỏ %(row)s này", { row: form.row_word }) : t("Bỏ cả bảng này"));

/** What would change, and the press that does it: `apply(note, press)`; `done` gets its reply. */
export function drawPreview(place, found, apply, done) {
  const words = el("input", { maxlength: 300, "aria-label": t("Lý do thay đổi"), placeholder: t("Lý do thay đổi (ghi vào lịch sử)") });
  const press = uuid();
  const go = doing(t("Áp dụng"), { class: "primary" }, async () => done(await apply(words.value.trim(), press)));
  place.hidden = false;
  replace(place, el("h2", {}, t("Những gì sẽ đổi")), ...differenceOf(found),
    el("p", { class: "muted" }, t("Hộp khởi động lại khi không có loa nào đang phát, mất chừng năm giây. Nếu hộp không chạy được với cấu hình mới, nó tự quay về cấu hình cũ.")),
    el("div", { class: "setting-foot" }, words, go, el("button", { type: "button", class: "secondary", onclick: () => { place.hidden = true; } }, t("Sửa tiếp"))));
  place.scrollIntoView({ block: "nearest" });
  place.focus();
}
