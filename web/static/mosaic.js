// Where each tile of the mosaic is and which are big. What is in a tile is not decided here (cameras.js).

const ASPECT = 16 / 9;
const GAP = 10;
const FONT = 19; // pixels of the wall's words on a screen of 1920
const STORY = 480; // big tiles at least so wide have room for a story
const USUAL = 400; // narrower ones have smaller words
const DENSE = 260; // and these only the most necessary ones
const TINY = 175; // and these only a name
const LEAST = 150; // nothing is recognised on less
const SHARES = [0.5, 0.56, 0.62, 0.68, 0.74, 0.8, 0.86];
const LARGER = 1.3;
const HERO_MS = 60_000; // while nothing happens one camera is large for so long, each in its turn
const HERO_WORTH = 1.2; // and only where that shows so much more than tiles of one size
const HERO_LEAST = 250; // pixels of the others, on a screen of 1920
const MOST_SLIDING = 9; // more do not slide to their places: half a second of layout with 29 videos holds up what is new
const WORTH = 3; // a pixel of a big tile against one of a small one

/** Keeps the `.tile[data-camera]` children of `parent` in place; `bigOnes()` are the cameras that are big now, worst first. */
export function keepPlaced(parent, bigOnes) {
  const place = () => placeTiles(parent, bigOnes());
  new ResizeObserver(place).observe(parent);
  new MutationObserver(place).observe(parent, { childList: true });
  return place;
}

function placeTiles(parent, wanted) {
  const tiles = [...parent.querySelectorAll(":scope > .tile")];
  const [width, height] = [parent.clientWidth, parent.clientHeight];
  if (tiles.length === 0 || width === 0 || height === 0) return;
  const ranks = new Map(wanted.map((camera, rank) => [camera, rank]));
  const big = tiles.filter((tile) => ranks.has(tile.dataset.camera)).sort((a, b) => ranks.get(a.dataset.camera) - ranks.get(b.dataset.camera));
  const small = tiles.filter((tile) => !ranks.has(tile.dataset.camera));
  const unit = parseFloat(getComputedStyle(parent).fontSize) / FONT;
  parent.classList.toggle("many", tiles.length > MOST_SLIDING);
  const hero = big.length === 0 ? withHero(tiles.length, width, height, HERO_LEAST * unit) : null;
  const boxes = hero ?? arrange(big.length, small.length, width, height);
  const first = hero ? small.splice(Math.floor(Date.now() / HERO_MS) % small.length, 1) : [];
  [...big, ...first, ...small].forEach((tile, index) => put(tile, boxes[index], sizeOf(boxes[index].width / unit, index < big.length)));
}

function put(tile, box, size) {
  for (const side of ["left", "top", "width", "height"]) tile.style[side] = `${box[side]}px`;
  tile.dataset.size = size;
}

/** What there is room for; `width` as on a screen of 1920 pixels. */
function sizeOf(width, isBig) {
  if (isBig && width >= STORY) return "big";
  return width >= USUAL ? "usual" : width >= DENSE ? "dense" : width >= TINY ? "tiny" : "micro";
}

/** Boxes {left, top, width, height} in whole pixels: first `big` ones, then `small` ones, as large as they can be. */
export function arrange(big, small, width, height) {
  if (big === 0 || small === 0) return grid(big + small, { left: 0, top: 0, width, height });
  let best = null;
  for (const share of SHARES) {
    for (const [first, second] of [beside(share, width, height), above(share, width, height)]) {
      const boxes = [...grid(big, first), ...grid(small, second)];
      const seen = worthOf(boxes, big);
      if (!best || seen > best.seen) best = { boxes, seen };
    }
  }
  return best.boxes;
}

/** The same for one large tile and the others beside it; null where tiles of one size show about as much. */
function withHero(count, width, height, least) {
  if (count < 3) return null;
  const boxes = arrange(1, count - 1, width, height);
  const area = (all) => all.reduce((sum, box) => sum + box.width * box.height, 0);
  return boxes.at(-1).width >= least && area(boxes) >= HERO_WORTH * area(arrange(0, count, width, height)) ? boxes : null;
}

/** How much is seen; nothing is recognised on too small ones, and big ones must be the larger ones. */
function worthOf(boxes, big) {
  const seen = boxes.reduce((sum, box, index) => sum + box.width * box.height * (index < big ? WORTH : 1), 0);
  const [first, last] = [boxes[0].width, boxes.at(-1).width];
  return seen * Math.min(1, last / LEAST) ** 2 * (first >= last * LARGER ? 1 : 0.01);
}

function beside(share, width, height) {
  const left = Math.floor((width - GAP) * share);
  return [{ left: 0, top: 0, width: left, height }, { left: left + GAP, top: 0, width: width - left - GAP, height }];
}

function above(share, width, height) {
  const top = Math.floor((height - GAP) * share);
  return [{ left: 0, top: 0, width, height: top }, { left: 0, top: top + GAP, width, height: height - top - GAP }];
}

/** As many columns as give the largest 16:9 boxes, in the middle of their place. */
function grid(count, place) {
  let best = { size: 0, columns: 1 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const wide = (place.width - GAP * (columns - 1)) / columns;
    const high = (place.height - GAP * (rows - 1)) / rows;
    const size = Math.floor(Math.min(wide, high * ASPECT));
    if (size > best.size) best = { size, columns };
  }
  return boxesOf(count, best.columns, best.size, place);
}

function boxesOf(count, columns, width, place) {
  const height = Math.floor(width / ASPECT);
  const rows = Math.ceil(count / columns);
  const left = place.left + Math.max(0, Math.floor((place.width - columns * width - (columns - 1) * GAP) / 2));
  const top = place.top + Math.max(0, Math.floor((place.height - rows * height - (rows - 1) * GAP) / 2));
  return Array.from({ length: count }, (_, index) => ({
    left: left + (index % columns) * (width + GAP), top: top + Math.floor(index / columns) * (height + GAP), width, height,
  }));
}
