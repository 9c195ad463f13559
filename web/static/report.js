// Has the file of a month made, then fetches it.

import { post, run, toast } from "./ask.js";
import { t } from "./texts.js";

const DEADLINE_MS = 110000;
const files = document.querySelector(".report-files");
const note = document.getElementById("file-note");
files.hidden = !document.body.dataset.rights.split(" ").includes("MakeReport");

for (const button of files.querySelectorAll("button")) {
  button.addEventListener("click", () => run(button, () => make(button.dataset.form)));
}

async function make(form) {
  note.textContent = t("Đang lập tệp…");
  try {
    const { url } = await post(`/api/report/${files.dataset.month}/${form}`, {}, AbortSignal.timeout(DEADLINE_MS));
    location.assign(url);
    toast(t("Đã lập báo cáo, tệp đang được tải về."));
  } finally {
    note.textContent = "";
  }
}
