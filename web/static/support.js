// Remote support: how it stands now, and the form by which an admin opens it.

import { momentWords } from "./ages.js";
import { post, run, toast } from "./ask.js";
import { byId, may, mirror, startDesk } from "./desk.js";
import { el, icon, replace } from "./elements.js";
import { closing, standing } from "./supportbar.js";
import { t } from "./texts.js";

const OPEN_MS = 35_000; // the machine starts a program meanwhile

function drawStanding() {
  const support = mirror.get("support");
  const form = byId("open");
  if (form) form.querySelector("button").disabled = Boolean(support);
  if (!support) return replace(byId("standing"), el("p", { class: "upkeep-word ok" }, icon("check"), el("span", {}, t("Đang đóng: không ai từ ngoài vào được máy này."))));
  replace(byId("standing"),
    el("p", { class: "upkeep-word warn" }, icon("moderate"), el("span", {}, t("Đang mở: %(how)s.", { how: standing(support) }))),
    el("dl", { class: "support-facts" },
      el("dt", {}, t("Người mở")), el("dd", {}, support.by),
      el("dt", {}, t("Lý do")), el("dd", {}, support.reason),
      el("dt", {}, t("Mở lúc")), el("dd", {}, momentWords(support.opened_at_ms)),
      el("dt", {}, t("Tự đóng lúc")), el("dd", {}, momentWords(support.until_ms))),
    closing({ class: "primary", disabled: !may("CloseSupport") }));
}

byId("open")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  run(form.querySelector("button"), async () => {
    const { minutes, reason, code } = Object.fromEntries(new FormData(form));
    await post("/api/support/open", { minutes: Number(minutes), reason: reason.trim(), code: code.trim() }, AbortSignal.timeout(OPEN_MS));
    form.reset();
    toast(t("Đã mở hỗ trợ từ xa. Màn hình trong phòng hiện điều này cho tới khi đóng."));
  });
});
mirror.on("support", drawStanding);
startDesk();
