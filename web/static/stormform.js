// Storm mode: one bulletin again and again, at full power. Switched on in two clear steps.

import { dayWords, fromField, hourMinute, serverNow, toField } from "./ages.js";
import { doing, post, toast, uuid } from "./ask.js";
import { byId, mirror } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { hamletBoxes, hamletsOf } from "./programme.js";
import { t } from "./texts.js";
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
    el("h2", {}, icon("storm"), t("Bật chế độ bão")),
    el("p", {}, t("Nhắc lại một bản tin đã duyệt ở hạng khẩn cấp, âm lượng tối đa, kể cả giờ yên tĩnh, cho tới giờ kết thúc.")),
    ready.length === 0 ? el("p", { class: "bad" }, t("Chưa có bản tin nào được duyệt.")) : null,
    field(t("Bản tin"), el("select", { name: "bulletin" }, ready.map((one) => el("option", { value: one.id }, `${one.text.slice(0, 80)} (${length(one.ms)})`)))),
    el("div", { class: "form-row" },
      field(t("Cứ mấy phút một lần"), el("input", { name: "every", type: "number", min: "5", max: "1440", value: "60" })),
      field(t("Lần đầu trong ngày"), el("input", { name: "from", type: "time", value: "07:00" })),
      field(t("Lần cuối trong ngày"), el("input", { name: "to", type: "time", value: "20:00" })),
      field(t("Kết thúc lúc"), el("input", { name: "until", type: "datetime-local", value: toField(serverNow() + TWO_DAYS_MS).slice(0, 16) }))),
    el("fieldset", {}, el("legend", {}, t("Ở đâu")), hamletBoxes(["all"])),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "secondary", onclick: () => dialog.close() }, t("Đóng")),
      el("button", { type: "button", class: "primary", disabled: ready.length === 0, onclick: () => second(dialog, form, saved) }, t("Tiếp tục"))),
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
    toast(t("Hãy chọn nơi phát."), "bad");
    return;
  }
  const where = hamletNames(wish.hamlets, mirror.get("commune"));
  replace(dialog, el("div", { class: "programme-form storm-sure", role: "alert" },
    el("h2", {}, icon("storm"), t("Xin xác nhận chế độ bão")),
    el("p", { class: "storm-big" }, `“${bulletin}”`),
    el("p", { class: "storm-big" }, t("Phát %(every_min)s phút một lần, từ %(from_hour)s đến %(to_hour)s mỗi ngày, tới %(until_ms)s %(date)s.", { every_min: wish.every_min, from_hour: wish.from_hour, to_hour: wish.to_hour, until_ms: hourMinute(wish.until_ms), date: dayWords(wish.until_ms) })),
    el("p", { class: "storm-big" }, t("Ở %(where)s, âm lượng tối đa, ngắt mọi tin khác. Mọi màn hình sẽ báo chế độ bão đang bật và ai đã bật.", { where })),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "secondary", onclick: () => replace(dialog, form) }, icon("back"), t("Quay lại sửa")),
      doing([icon("storm"), t("BẬT CHẾ ĐỘ BÃO")], { class: "primary danger" }, async () => {
        await post("/api/storms", wish);
        toast(t("Chế độ bão đã bật."));
        dialog.close();
        saved();
      }))));
}
