// One press reckons the whole audit log anew and says what it found.

import { momentWords } from "./ages.js";
import { post, run } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { startDesk } from "./desk.js";
import { t } from "./texts.js";

const VERIFY_MS = 115_000;
const button = document.getElementById("verify");
const verdict = document.getElementById("verdict");

startDesk();
button.addEventListener("click", () => run(button, verify));

async function verify() {
  replace(verdict, el("p", { class: "loading" }, t("Đang tính lại từng dòng…")));
  try {
    show(await post("/api/audit/verify", {}, AbortSignal.timeout(VERIFY_MS)));
  } catch (error) {
    replace(verdict, el("p", { class: "failed" }, error.message));
  }
}

function show(found) {
  if (found.problems.length > 0) {
    const from = t("Nhật ký không còn nguyên vẹn từ dòng %(line)s.", { line: found.first_bad });
    return replace(verdict, el("div", { class: "failed" }, el("strong", {}, from), el("ul", {}, found.problems.map((one) => el("li", {}, one.sentence)))));
  }
  const at = !found.sealed_at_ms || !found.sealed_to ? t("chưa có mốc nào được ký")
    : t("mốc ký cuối đến dòng %(line)s lúc %(at)s", { line: found.sealed_to, at: momentWords(found.sealed_at_ms) });
  replace(verdict, el("p", { class: "ok" }, icon("check"), " ", el("strong", {}, t("Nhật ký nguyên vẹn, %(lines)s dòng", { lines: found.lines })), `; ${at}; `, t("%(n)s dòng sau mốc cuối.", { n: found.unsealed })));
}
