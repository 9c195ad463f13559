// What a map is drawn on: the outlines that the commune drew, or a plain diagram with one square for each hamlet.

const SIDE = 0.01; // degrees; a diagram has no scale
const GAP = 0.0012;
const CLOSE = 0.16; // of a hamlet's smaller side: how far things without a position stand from its middle

/** {drawn, hamlets: [{id, name, rings, centre, reach}], lines, places, fault} from the sections `map` and `commune`. */
export function ground(map, commune) {
  const names = new Map((commune?.hamlets ?? []).map((hamlet) => [hamlet.id, hamlet.name]));
  const drawn = (map?.hamlets ?? []).length > 0;
  const shapes = drawn ? map.hamlets : squares([...names.keys()]);
  const hamlets = shapes.map(({ id, rings }) => ({ id, name: names.get(id) ?? id, rings, ...middle(widest(rings)) }));
  return { drawn, hamlets, lines: map?.lines ?? [], places: drawn ? (map.places ?? {}) : {}, fault: map?.fault ?? "" };
}

/** Squares in as square a grid as may be, the first one top left. */
function squares(ids) {
  const columns = Math.ceil(Math.sqrt(ids.length * 1.6));
  return ids.map((id, index) => {
    const [top, left] = [-Math.floor(index / columns) * (SIDE + GAP), (index % columns) * (SIDE * 1.5 + GAP)];
    const [bottom, right] = [top - SIDE, left + SIDE * 1.5];
    return { id, rings: [[[top, left], [top, right], [bottom, right], [bottom, left], [top, left]]] };
  });
}

function widest(rings) {
  return rings.reduce((best, ring) => (ring.length > best.length ? ring : best));
}

/** The middle of a ring, weighed by its area, and how far from it is still inside. */
function middle(ring) {
  let [area, lat, lon] = [0, 0, 0];
  ring.forEach(([y, x], index) => {
    const [y2, x2] = ring[(index + 1) % ring.length];
    const cross = x * y2 - x2 * y;
    area += cross;
    lat += (y + y2) * cross;
    lon += (x + x2) * cross;
  });
  const extent = (axis) => Math.max(...ring.map((one) => one[axis])) - Math.min(...ring.map((one) => one[axis]));
  const flat = Math.abs(area) < 1e-12;
  const centre = flat ? ring[0] : [lat / (3 * area), lon / (3 * area)];
  return { centre, reach: Math.min(extent(0), extent(1)) };
}

/** Positions by "camera/<id>" of everything with a hamlet: what the commune drew, else around the hamlet's middle. */
export function positions({ hamlets, places }, things) {
  const found = new Map(Object.entries(places).map(([name, at]) => [name, { at, sure: true }]));
  for (const hamlet of hamlets) {
    const loose = things.filter((thing) => thing.hamlet === hamlet.id && !found.has(thing.key));
    loose.forEach((thing, index) => found.set(thing.key, { at: around(hamlet, index, loose.length), sure: false }));
  }
  return found;
}

function around({ centre, reach }, index, count) {
  const angle = (2 * Math.PI * index) / Math.max(3, count) - Math.PI / 2;
  const away = reach * (CLOSE + 0.012 * count);
  return [centre[0] - Math.sin(angle) * away * 0.8, centre[1] + Math.cos(angle) * away];
}
