// Has a report of the commune made, then opens it.

import { post, run } from "./ask.js";
import { t } from "./texts.js";

const DEADLINE_MS = 110000;
const note = document.getElementById("make-note");

for (const button of document.querySelectorAll("button[data-kind]")) {
  button.addEventListener("click", () => run(button, () => make(button.dataset)));
}

async function make({ kind, period }) {
  if (note) note.textContent = t("Đang lập báo cáo…");
  try {
    const { url } = await post(`/api/reports/${kind}/${period}`, {}, AbortSignal.timeout(DEADLINE_MS));
    location.assign(url);
  } finally {
    if (note) note.textContent = "";
  }
}
