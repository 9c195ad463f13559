// How many tiles this browser can play at once, found by trying; and which cameras get them. Arithmetic only.

const START = 8;
const GOOD_DROPPED = 0.03; // shares of the pictures of one look
const BAD_DROPPED = 0.1;
const GOOD_LATE_MS = 150; // how late the page's own timer came
const BAD_LATE_MS = 500;
const BAD_STILL = 0.15; // share of the tiles whose picture stood although it should move
const BAD_LOOKS = 2; // one bad look is a hiccup
const HOLD_LOOKS = 30; // looks without a new try after a retreat; doubled by each
const LONGEST_HOLD = 480;
const STEP = 2;
const RANKS = ["minor", "moderate", "severe", "extreme"];

export class LiveBudget {
  #bad = 0;
  #hold = 0;
  #nextHold = HOLD_LOOKS;
  #retreated = false;

  /** `remembered`: what this browser sustained before, or 0. */
  constructor(remembered = 0) {
    this.allowed = remembered > 0 ? remembered : START;
  }

  /**
   * Takes one look at how the last seconds went: `live` tiles asked for, of which `standing` stood still, pictures `shown` and
   * `dropped`, `lateMs` of the page's timer, `wanted` tiles in all. Returns whether `allowed` changed.
   */
  judge({ live, standing, shown, dropped, lateMs, wanted }) {
    const before = this.allowed;
    const share = dropped / Math.max(1, shown + dropped);
    const bad = share > BAD_DROPPED || lateMs > BAD_LATE_MS || standing > Math.max(1, live * BAD_STILL);
    const good = share < GOOD_DROPPED && lateMs < GOOD_LATE_MS && standing === 0;
    this.#bad = bad ? this.#bad + 1 : 0;
    this.#hold = Math.max(0, this.#hold - 1);
    if (this.#bad >= BAD_LOOKS && live > 1) this.#retreat(live);
    else if (good && this.#hold === 0 && live >= this.allowed && wanted > this.allowed) this.#advance(wanted);
    return this.allowed !== before;
  }

  #retreat(live) {
    this.allowed = Math.max(1, Math.floor(Math.min(live, this.allowed) * 0.75));
    this.#hold = this.#nextHold;
    this.#nextHold = Math.min(this.#nextHold * 2, LONGEST_HOLD);
    this.#bad = 0;
    this.#retreated = true;
  }

  /** Twice as many while nothing went wrong yet, then carefully. */
  #advance(wanted) {
    this.allowed = Math.min(wanted, this.#retreated ? this.allowed + STEP : this.allowed * 2);
  }
}

/**
 * The ids of the cameras that are live: incidents first, the worst and newest before all; then where something moves,
 * then what is live already, then the order of the wall. `facts`: {id, online, incident, busy, live, unplayable} each;
 * one whose codec this browser cannot play costs nothing, and asks again from time to time.
 */
export function pickLive(facts, allowed) {
  const free = facts.filter((fact) => fact.online && fact.unplayable).map((fact) => fact.id);
  const ranked = facts.map((fact, place) => ({ ...fact, place })).filter((fact) => fact.online && !fact.unplayable);
  ranked.sort((a, b) => urgency(b) - urgency(a) || newest(b) - newest(a) || b.busy - a.busy || b.live - a.live || a.place - b.place);
  return new Set([...free, ...ranked.slice(0, allowed).map((fact) => fact.id)]);
}

const urgency = ({ incident }) => (incident ? 1 + RANKS.indexOf(incident.severity) : 0);
const newest = ({ incident }) => incident?.began_at_ms ?? 0;
