// Makes elements. Text goes in as text, never as HTML: nothing that a person or a device wrote can become a tag.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; `on…` attributes are listeners, null and false ones are left out. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** An icon of icons.svg; without a label it is decoration for screen readers. */
export function icon(name, label = "") {
  const attributes = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return svg("svg", { class: `icon icon-${name}`, ...attributes }, svg("use", { href: `/static/icons.svg#${name}` }));
}

/** Puts these children in the place of all others. */
export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}

/** One child per item in this order; a child stays as it is while its item does not change. */
export function keyed(parent, items, draw, key = (item) => item.id) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  replace(parent, items.map((item) => redrawn(old.get(String(key(item))), item, String(key(item)), draw)));
}

function redrawn(old, item, key, draw) {
  const print = JSON.stringify(item);
  if (old && old.print === print) return old;
  const node = draw(item);
  node.dataset.key = key;
  node.print = print;
  return node;
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) put(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function put(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}
