// What every page behind the login has: the state, the person's rights, and the word on how old things are.

import { agoWords, startTicking, withSeconds } from "./ages.js";
import { el, replace } from "./elements.js";
import { Mirror } from "./mirror.js";
import { showStationNews } from "./stationnews.js";
import { t } from "./texts.js";

export const { live, token, role, rights } = document.body.dataset;
export const may = (request) => rights.split(" ").includes(request);
export const byId = (id) => document.getElementById(id);
export const mirror = new Mirror(`${live}/live/state?token=${encodeURIComponent(token)}`);
let started = false;
let health = { alive: true, sinceMs: null, reason: "" };

function showHealth(now = health) {
  health = now;
  document.body.classList.toggle("is-dead", !health.alive);
  byId("dead").hidden = health.alive;
  if (health.alive) return;
  const since = health.sinceMs === null ? t("Chưa nhận được số liệu nào từ máy chủ.")
    : t("Mất liên lạc với máy chủ từ %(sinceMs)s (%(sinceMs2)s).", { sinceMs: withSeconds(health.sinceMs), sinceMs2: agoWords(health.sinceMs) });
  replace(byId("dead-words"), el("strong", {}, since), ` ${t("%(reason)s Trang đang tự nối lại.", { reason: health.reason })}`);
}

/** Keeps ages and the word on the server true; `also` is called once a second too. A page's script may call it again. */
export function startDesk(also = () => {}) {
  if (started) return void setInterval(also, 1000);
  started = true;
  mirror.onHealth(showHealth);
  showStationNews(mirror, may);
  startTicking(() => {
    also();
    showHealth();
  });
}
