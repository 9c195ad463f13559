// Keeps what somebody writes in this tab until it was sent: a page loaded anew, an ended log-in, a dead server lose nothing.

const USER = document.body.dataset.user ?? "";
const UNKEPT = new Set(["file", "hidden", "password", "submit", "button"]);

/** Restores what this form held, and keeps it from now on; `reset` and the function that comes back forget it. */
export function keepDraft(form, name) {
  const place = `mo-lang-draft:${USER}:${name}`;
  const forget = () => sessionStorage.removeItem(place);
  restore(form, sessionStorage.getItem(place));
  form.addEventListener("input", () => sessionStorage.setItem(place, JSON.stringify(fields(form).map(held))));
  form.addEventListener("reset", forget);
  return forget;
}

/** Whoever logs out leaves nothing behind in the browser. */
export function forgetAllDrafts() {
  sessionStorage.clear();
}

const fields = (form) => [...form.elements].filter((one) => one.name && !UNKEPT.has(one.type));
const isBox = (one) => one.type === "checkbox" || one.type === "radio";
const held = (one) => (isBox(one) ? one.checked : one.value);

function restore(form, text) {
  const kept = text === null ? [] : JSON.parse(text);
  const places = fields(form);
  if (kept.length !== places.length) return; // the form has changed since
  for (const [index, one] of places.entries()) {
    if (isBox(one)) one.checked = kept[index];
    else one.value = kept[index];
  }
  const folded = form.closest("details");
  if (folded) folded.open = true;
}
