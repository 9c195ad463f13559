// Lines for the config file, with a button that copies them.

import { toast } from "./ask.js";
import { el, icon } from "./elements.js";
import { t } from "./texts.js";

/** A block of TOML under a heading that says where it goes. */
export function tomlBlock(toml, words) {
  const text = el("pre", { class: "toml", tabindex: "0", "aria-label": t("Đoạn cấu hình") }, toml);
  const copy = el("button", { type: "button", class: "secondary copy", onclick: () => copyText(toml, text) }, icon("copy"), t("Chép"));
  return el("div", { class: "toml-block" }, el("p", { class: "muted" }, words), text, copy);
}

/** `navigator.clipboard` is missing where the page comes over plain HTTP from another machine. */
async function copyText(words, shown) {
  const done = await navigator.clipboard?.writeText(words).then(() => true, () => false);
  if (done || copySelected(shown)) toast(t("Đã chép."));
  else toast(t("Trình duyệt không cho chép: đoạn cấu hình đã được bôi đen, hãy nhấn Ctrl+C."), "bad");
}

function copySelected(shown) {
  getSelection().selectAllChildren(shown);
  return document.execCommand("copy");
}
