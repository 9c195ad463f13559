// What a map is drawn on: the outlines that the commune drew, or a plain diagram with one square for each hamlet.

const SIDE = 0.01; // degrees; a diagram has no scale
const GAP = 0.0012;
const ROW = 5; // things without a position stand in rows of so many above the name of their hamlet

/** {drawn, hamlets: [{id, name, rings, centre}], lines, places, fault} from the sections `map` and `commune`. */
export function ground(map, commune) {
  const names = new Map((commune?.hamlets ?? []).map((hamlet) => [hamlet.id, hamlet.name]));
  const drawn = (map?.hamlets ?? []).length > 0;
  const shapes = drawn ? map.hamlets : squares([...names.keys()]);
  const hamlets = shapes.map(({ id, rings }) => ({ id, name: names.get(id) ?? id, rings, centre: middle(widest(rings)) }));
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

/** The middle of a ring, weighed by its area. */
function middle(ring) {
  let [area, lat, lon] = [0, 0, 0];
  ring.forEach(([y, x], index) => {
    const [y2, x2] = ring[(index + 1) % ring.length];
    const cross = x * y2 - x2 * y;
    area += cross;
    lat += (y + y2) * cross;
    lon += (x + x2) * cross;
  });
  return Math.abs(area) < 1e-12 ? ring[0] : [lat / (3 * area), lon / (3 * area)];
}

/** By "camera/<id>": {at, sure, shift}: where the commune drew it, else the hamlet's middle, `shift` [x, y] steps away. */
export function positions({ hamlets, places }, things) {
  const found = new Map(Object.entries(places).map(([name, at]) => [name, { at, sure: true, shift: [0, 0] }]));
  for (const hamlet of hamlets) {
    const loose = things.filter((thing) => thing.hamlet === hamlet.id && !found.has(thing.key));
    loose.forEach((thing, index) => found.set(thing.key, { at: hamlet.centre, sure: false, shift: inRows(index, loose.length) }));
  }
  return found;
}

/** Steps to the right of the middle and above it; a row that is not full is in the middle, too. */
function inRows(index, count) {
  const row = Math.floor(index / ROW);
  const wide = Math.min(ROW, count - row * ROW);
  return [(index % ROW) - (wide - 1) / 2, -1 - row];
}
