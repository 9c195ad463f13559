// Versions of the settings: the newest is taken back by one press, an older one after a look at what would change.

import { doing, post, run, toast, uuid } from "./ask.js";
import { el, replace } from "./elements.js";
import { startDesk } from "./desk.js";
import { differenceOf } from "./settings-difference.js";
import { t } from "./texts.js";

const WORK_MS = 20_000;
startDesk();
for (const button of document.querySelectorAll("[data-undo]")) {
  const press = uuid();
  const row = button.closest("li");
  button.addEventListener("click", () => run(button, () => ("base" in button.dataset ? undo(row, press, button.dataset.base) : show(row, press))));
}

/** `base` names the settings that were seen: what somebody changed meanwhile is not thrown away. */
async function undo(row, press, base) {
  const reply = await post(`/api/settings/versions/${row.dataset.seq}/undo`, { id: press, base }, AbortSignal.timeout(WORK_MS));
  toast(`${t("Đã lưu thành bản %(version)s.", { version: reply.version })} ${reply.why}`);
  setTimeout(() => location.reload(), 3000);
}

async function show(row, press) {
  const found = await post(`/api/settings/versions/${row.dataset.seq}/preview`, {}, AbortSignal.timeout(WORK_MS));
  const place = row.querySelector(".setting-undo");
  place.hidden = false;
  if (found.problem) return replace(place, el("p", { class: "form-bad", role: "alert" }, `${found.problem.path}: ${found.problem.sentence}`));
  replace(place, el("h3", {}, t("Quay về trước bản này sẽ đổi")), ...differenceOf(found),
    el("div", { class: "setting-foot" }, doing(t("Quay về"), { class: "primary" }, () => undo(row, press, found.base)),
      el("button", { type: "button", class: "secondary", onclick: () => { place.hidden = true; } }, t("Thôi"))));
}
