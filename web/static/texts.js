// The sentences of the pages in the visitor's language (web/texts): `t("Loa")`, `t("%(n)s loa", { n: 3 })`.

const catalogue = document.documentElement.lang === "en" ? await fetched() : {};

/** The sentence, its `%(name)s` filled; Vietnamese where the catalogue lacks it. */
export function t(text, values = {}) {
  return (catalogue[text] ?? text).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

async function fetched() {
  try {
    return await (await fetch("/texts/en.json")).json();
  } catch {
    return {};
  }
}
