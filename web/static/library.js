// Loads the libraries that set-up fetched (web/library.py), each once and only where a page needs it.

const LEAFLET = "leaflet-1.9.3";
const UPLOT = "uplot-1.6.31";
const loading = new Map();

/** Leaflet, which draws maps; rejects where set-up could not fetch it. */
export const leaflet = () => load(LEAFLET, () => window.L);

/** uPlot, which draws charts; rejects where set-up could not fetch it. */
export const uplot = () => load(UPLOT, () => window.uPlot);

function load(name, found) {
  if (!loading.has(name)) loading.set(name, Promise.all([style(name), script(name)]).then(found));
  return loading.get(name);
}

function style(name) {
  return arrived(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/lib/${name}.css` }));
}

function script(name) {
  return arrived(Object.assign(document.createElement("script"), { src: `/lib/${name}.js` }));
}

function arrived(node) {
  return new Promise((done, failed) => {
    node.addEventListener("load", done);
    node.addEventListener("error", () => failed(new Error(node.src || node.href)));
    document.head.prepend(node); // before our own sheets, so that those win
  });
}
