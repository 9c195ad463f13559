// Writing a notice: text, class, hamlets; how it will be spoken, while one types; saving it once.

import { momentWords } from "./ages.js";
import { post, run, toast, uuid } from "./ask.js";
import { el, icon, replace } from "./elements.js";
import { showSpoken, showUnread, withWords } from "./reading.js";
import { t } from "./texts.js";
import { length } from "./words.js";

const PAUSE_MS = 300;
const KEPT = "mo-lang-draft";
const OLDER = 12; // notices that can be copied without leaving the page
const byId = (id) => document.getElementById(id);

export class Composer {
  #mirror;
  #saved;
  #reading = null;
  #id = uuid();
  #typing = 0;
  #question = null;
  #changes = false;

  /** `saved(id)` is called when the supervisor has kept the notice. */
  constructor(mirror, saved) {
    this.#mirror = mirror;
    this.#saved = saved;
    this.text = byId("text");
    this.text.addEventListener("input", () => this.#changed());
    byId("compose").addEventListener("change", () => this.#keep());
    byId("hamlets").closest("fieldset").addEventListener("change", () => this.#readSoon());
    byId("all-hamlets").addEventListener("change", (event) => this.#pickAll(event.target.checked));
    byId("hamlets").addEventListener("change", () => this.#countHamlets());
    byId("compose").addEventListener("submit", (event) => this.#submit(event));
    byId("new-notice").addEventListener("click", () => this.#anew());
    mirror.on("commune", () => this.#drawHamlets());
    mirror.on("bulletins", () => this.#drawOlder());
    this.#restore();
  }

  /** Take up an older notice: `same` changes it (and voids its approval), else it is copied into a new one. */
  reuse({ id, text, priority, hamlets }, same = false) {
    this.#id = same ? id : uuid();
    this.#changes = same;
    this.text.value = text;
    this.#put({ priority, hamlets });
    byId("older").open = false;
    this.#changed();
    this.text.focus();
  }

  /** An empty sheet. */
  #anew() {
    this.#id = uuid();
    this.#changes = false;
    this.text.value = "";
    replace(byId("spoken"));
    this.#changed();
  }

  #drawOlder() {
    const said = (this.#mirror.get("bulletins") ?? []).filter((one) => one.state === "aired" && !one.template).slice(0, OLDER);
    byId("older").hidden = said.length === 0;
    replace(byId("older-list"), said.map((one) => el("li", {}, el("button", { type: "button", class: "secondary", onclick: () => this.reuse(one) },
      el("small", {}, momentWords(one.made_at_ms)), el("span", {}, one.text)))));
  }

  /** The chosen ones; those of a draft while the commune's hamlets have not come yet, or a page loaded twice would lose them. */
  #hamlets() {
    if (byId("hamlets").childElementCount === 0) return this.#wanted;
    const picked = [...byId("hamlets").querySelectorAll("input:checked")].map((box) => box.value);
    return byId("all-hamlets").checked ? ["all"] : picked;
  }

  #priority() {
    return byId("compose").elements.priority.value;
  }

  #put({ priority, hamlets }) {
    byId("compose").elements.priority.value = priority;
    byId("all-hamlets").checked = hamlets.includes("all");
    for (const box of byId("hamlets").querySelectorAll("input")) {
      box.checked = hamlets.includes("all") || hamlets.includes(box.value);
    }
    this.#wanted = hamlets;
    this.#ready();
  }

  #wanted = [];

  #drawHamlets() {
    const chosen = this.#hamlets();
    replace(byId("hamlets"), (this.#mirror.get("commune")?.hamlets ?? []).map((hamlet) =>
      el("label", {}, el("input", { type: "checkbox", value: hamlet.id }), el("span", {}, hamlet.name))));
    this.#put({ priority: this.#priority(), hamlets: chosen });
  }

  #pickAll(checked) {
    for (const box of byId("hamlets").querySelectorAll("input")) box.checked = checked;
    this.#ready();
  }

  #countHamlets() {
    const boxes = [...byId("hamlets").querySelectorAll("input")];
    byId("all-hamlets").checked = boxes.every((box) => box.checked);
    this.#ready();
  }

  #changed() {
    this.#reading = null;
    this.#keep();
    this.#readSoon();
  }

  #readSoon() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#read(), PAUSE_MS);
  }

  async #read() {
    this.#question?.abort();
    const question = new AbortController();
    this.#question = question;
    try {
      const where = this.#hamlets();
      const reading = await post("/api/read", { text: this.text.value, hamlets: where }, question.signal);
      if (!question.signal.aborted) this.#show(reading);
    } catch (error) {
      if (error.name === "AbortError") return;
      const again = el("button", { type: "button", class: "secondary", onclick: () => this.#read() }, t("Thử lại"));
      replace(byId("unread"), el("p", { class: "bad" }, error.message), again);
    }
  }

  #show(reading) {
    this.#reading = reading;
    showCautions(byId("cautions"), reading.cautions ?? []);
    replace(byId("cost"), ...cost(reading));
    showSpoken(byId("spoken"), reading);
    showUnread(byId("unread"), reading, (token, words) => {
      this.text.value = withWords(reading, token, words);
      this.#changed();
      this.text.focus();
    });
    this.#ready();
  }

  /** What is still missing, as a sentence, or "" when the notice may be saved. */
  #missing() {
    if (!this.text.value.trim()) return t("Chưa có nội dung.");
    if (this.#reading?.unread.length) return t("Còn chữ máy chưa biết đọc: sửa ở bên “Sẽ đọc là”.");
    if (this.#reading === null) return t("Đang xem cách đọc…");
    if (this.#hamlets().length === 0) return t("Chưa chọn nơi phát.");
    return "";
  }

  #ready() {
    byId("save").disabled = this.#missing() !== "";
    byId("changing").hidden = !this.#changes;
    byId("keep-draft").closest("label").hidden = this.#changes;
    byId("save").textContent = this.#changes ? t("Lưu bản sửa") : t("Lưu và gửi duyệt");
    replace(byId("save-note"), this.#missing());
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#missing()) return;
    await run(byId("save"), () => this.#save());
    this.#ready();
  }

  async #save() {
    const [id, text] = [this.#id, this.text.value];
    const said = { text, priority: this.#priority(), hamlets: this.#hamlets() };
    if (this.#changes) await post(`/api/bulletins/${id}/change`, said);
    else await post("/api/bulletins", { id, ...said, submit: !byId("keep-draft").checked });
    toast(this.#changes ? t("Đã sửa. Duyệt trước đó hết giá trị: máy đọc lại để nghe và duyệt.") : t("Đã lưu. Máy đang đọc thành tiếng để nghe thử và duyệt."));
    this.#anew();
    this.#saved(id);
  }

  #keep() {
    const draft = { id: this.#id, text: this.text.value, priority: this.#priority(), hamlets: this.#hamlets(), changes: this.#changes };
    sessionStorage.setItem(KEPT, JSON.stringify(draft));
    this.#ready();
  }

  #restore() {
    const draft = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (draft) {
      this.#id = draft.id;
      this.#changes = draft.changes ?? false;
      this.text.value = draft.text;
      this.#put(draft);
    }
    this.#changed();
  }
}

/** What looks like somebody's private data: pointed at, never forbidden. */
function showCautions(parent, cautions) {
  replace(parent, cautions.map((one) => el("p", { class: "caution" }, icon("person"), el("span", {}, el("strong", {}, `“${one.text}”`), ` ${one.why}`))));
}

/** How long it will last, and what that takes of the minutes of today. */
function cost({ seconds, day }) {
  if (!seconds) return [];
  const words = [icon("clock"), el("span", {}, t("Dài khoảng %(seconds)s.", { seconds: length(seconds * 1000) }))];
  if (day) {
    const minutes = (s) => (s / 60).toFixed(1).replace(".", ",").replace(",0", "");
    const over = day.used_s + seconds > day.limit_s;
    words.push(el("span", { class: over ? "bad" : "" }, t("Hôm nay đã dùng %(used_s)s trên %(limit_s)s phút%(over)s.", { used_s: minutes(day.used_s), limit_s: minutes(day.limit_s), over: over ? t(": tin này sẽ vượt hạn mức") : "" })));
  }
  return words;
}
