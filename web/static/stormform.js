// Storm mode: one bulletin again and again, at full power. Switched on in two clear steps.

import { dayWords, fromField, hourMinute, serverNow, toField } from "./ages.js";
import { doing, post, toast, uuid } from "./ask.js";
import { byId, mirror } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { hamletBoxes, hamletsOf } from "./programme.js";
import { hamletNames, length } from "./words.js";

const TWO_DAYS_MS = 2 * 86_400_000;
const READY = ["approved", "aired", "stopped", "dropped"];

/** Opens the form; `saved` is called when storm mode is on. */
export function openStorm(saved) {
  const dialog = byId("storm-dialog");
  const ready = (mirror.get("bulletins") ?? []).filter((one) => READY.includes(one.state) && one.ms);
  const form = el("form", { method: "dialog", class: "programme-form" });
  const field = (words, ...inputs) => el("label", { class: "form-field" }, el("span", {}, words), inputs);
  form.append(
    el("h2", {}, icon("storm"), "Bật chế độ bão"),
    el("p", {}, "Nhắc lại một bản tin đã duyệt ở hạng khẩn cấp, âm lượng tối đa, kể cả giờ yên tĩnh, cho tới giờ kết thúc."),
    ready.length === 0 ? el("p", { class: "bad" }, "Chưa có bản tin nào được duyệt.") : null,
    field("Bản tin", el("select", { name: "bulletin" }, ready.map((one) => el("option", { value: one.id }, `${one.text.slice(0, 80)} (${length(one.ms)})`)))),
    el("div", { class: "form-row" },
      field("Cứ mấy phút một lần", el("input", { name: "every", type: "number", min: "5", max: "1440", value: "60" })),
      field("Lần đầu trong ngày", el("input", { name: "from", type: "time", value: "07:00" })),
      field("Lần cuối trong ngày", el("input", { name: "to", type: "time", value: "20:00" })),
      field("Kết thúc lúc", el("input", { name: "until", type: "datetime-local", value: toField(serverNow() + TWO_DAYS_MS).slice(0, 16) }))),
    el("fieldset", {}, el("legend", {}, "Ở đâu"), hamletBoxes(["all"])),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, "Đóng"),
      el("button", { type: "button", class: "primary", disabled: ready.length === 0, onclick: () => second(dialog, form, saved) }, "Tiếp tục")),
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  replace(dialog, form);
  dialog.showModal();
}

function wishOf(form) {
  return {
    id: uuid(),
    bulletin: form.bulletin.value,
    hamlets: hamletsOf(form),
    every_min: Number(form.every.value),
    from_hour: form.from.value,
    to_hour: form.to.value,
    until_ms: fromField(form.until.value) ?? 0,
  };
}

/** The second step says in whole sentences what will happen. */
function second(dialog, form, saved) {
  const wish = wishOf(form);
  const bulletin = form.bulletin.selectedOptions[0]?.textContent ?? "";
  if (wish.hamlets.length === 0) {
    toast("Hãy chọn nơi phát.", "bad");
    return;
  }
  const where = hamletNames(wish.hamlets, mirror.get("commune"));
  replace(dialog, el("div", { class: "programme-form storm-sure", role: "alert" },
    el("h2", {}, icon("storm"), "Xin xác nhận chế độ bão"),
    el("p", { class: "storm-big" }, `“${bulletin}”`),
    el("p", { class: "storm-big" }, `Phát ${wish.every_min} phút một lần, từ ${wish.from_hour} đến ${wish.to_hour} mỗi ngày, tới ${hourMinute(wish.until_ms)} ${dayWords(wish.until_ms)}.`),
    el("p", { class: "storm-big" }, `Ở ${where}, âm lượng tối đa, ngắt mọi tin khác. Mọi màn hình sẽ báo chế độ bão đang bật và ai đã bật.`),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "secondary", onclick: () => replace(dialog, form) }, icon("back"), "Quay lại sửa"),
      doing([icon("storm"), "BẬT CHẾ ĐỘ BÃO"], { class: "primary danger" }, async () => {
        await post("/api/storms", wish);
        toast("Chế độ bão đã bật.");
        dialog.close();
        saved();
      }))));
}
