// What is on air, and the button that ends it: always there, one press, no question.

import { serverNow, withSeconds } from "./ages.js";
import { post, toast } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { t } from "./texts.js";
import { hamletNames, length, PRIORITY } from "./words.js";

const byId = (id) => document.getElementById(id);

/** Wires the bar to the state; `tickOnAir` keeps its times. */
export function showStopBar(mirror) {
  mirror.on("on_air commune", () => drawOnAir(mirror));
  byId("stop").addEventListener("click", stop);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F9") return;
    event.preventDefault();
    stop();
  });
}

/** Once a second: how far each item has come. */
export function tickOnAir() {
  for (const node of document.querySelectorAll("[data-began]")) {
    const whole = Number(node.dataset.ms);
    const played = Math.min(whole, Math.max(0, serverNow() - Number(node.dataset.began)));
    node.textContent = `${length(played)} / ${length(whole)}`;
  }
}

function drawOnAir(mirror) {
  const items = mirror.get("on_air") ?? [];
  for (const node of document.querySelectorAll(".stop-bar, .stop-small")) node.classList.toggle("busy", items.length > 0);
  if (!byId("on-air")) return; // a page with the button alone
  const calm = el("p", { class: "muted" }, t("Không có gì đang phát."));
  replace(byId("on-air"), items.length === 0 ? calm : items.map((item) => el("div", { class: `airing prio-${item.priority}` },
    icon("horn"),
    el("div", {}, el("strong", {}, item.title),
      el("small", {}, `${PRIORITY[item.priority] ?? item.priority} · ${hamletNames(item.hamlets, mirror.get("commune"))} · `,
        el("span", { "data-began": item.began_at_ms, "data-ms": item.ms }))))));
  tickOnAir();
}

async function stop() {
  const button = byId("stop");
  button.classList.add("sending");
  try {
    await post("/api/stop", { hamlets: ["all"] });
    toast(t("Đã ra lệnh dừng tất cả loa lúc %(serverNow)s.", { serverNow: withSeconds(serverNow()) }));
  } catch (error) {
    toast(t("CHƯA CHẮC ĐÃ DỪNG. %(message)s Bấm lại, hoặc tắt công tắc tại loa.", { message: error.message }), "bad");
  }
  button.classList.remove("sending");
}
