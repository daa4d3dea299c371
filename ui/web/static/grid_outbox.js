// What somebody typed and the server has not confirmed yet. It lies in the browser until then, under account, case and
// sheet, so that a lost connection, a reload or a crash loses nothing. Every change has a name of its own (`op`): sent
// twice, it is done once.

const FIRST = 1000, OFTENEST = 15000, PATIENCE = 15000;
/** How many changes go at once. */
export const MOST = 500;
const LONG = 500; // characters that weigh as much as a change more: the server takes a megabyte at once
const KEEPALIVE = 60000; // the browser finishes a request of a closed page up to 64 KB
const STORE = "sc-grid/", CHANNEL = "sc-grid";

/**
 * @typedef {{text: string, version: number, by: string, at: string, mine: boolean}} Theirs
 * @typedef {{key: string, op: string, kind: "set" | "add" | "remove" | "restore" | "take", row: string, field?: string,
 *   value?: string, seen?: number, sent?: string[], tried?: boolean, theirs?: Theirs}} Op
 *   `sent` are words that may have arrived without our knowing; `theirs` what stands against ours until somebody chooses.
 */

const AGAIN = [408, 409, 429];

class SignedOut extends Error {}

/** Return a short random name; crypto.randomUUID exists only on https, which an intranet may not have. */
export const fresh = () =>
  [...crypto.getRandomValues(new Uint8Array(10))].map((one) => one.toString(36).padStart(2, "0")).join("");

async function read(/** @type {Response} */ answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return { message: text }; // the gate refuses in plain words
  }
}

const maybeArrived = (/** @type {Op | undefined} */ old) => (old ? [...(old.sent ?? []), old.value ?? ""] : []);

export class Outbox {
  /**
   * @param {string} address where changes are sent
   * @param {{account: string, case: string, sheet: string}} whose
   * @param {{state(state: string, left: number): void, answered(op: Op, said: any): void, canStart(row: string): boolean,
   *   filled(parts: any): void}} told `canStart` is whether a row that was added here has what it cannot be without
   */
  constructor(address, whose, told) {
    this.address = address;
    this.account = whose.account;
    this.told = told;
    this.place = `${STORE}${whose.account}/${whose.case}/${whose.sheet}/`;
    this.own = this.place + fresh(); // two windows on one sheet must not empty each other's
    /** @type {Map<string, Op>} */
    this.waiting = new Map();
    /** @type {Op[]} */
    this.flying = [];
    this.pause = FIRST;
    this.adopt();
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => data === whose.account && this.drop();
  }

  /** Take over what an earlier page of this sheet could not send; a window that still lives sends the same names. */
  adopt() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(this.place));
    for (const name of names) for (const op of JSON.parse(localStorage.getItem(name) ?? "[]")) this.waiting.set(op.key, op);
    this.keep();
    names.forEach((name) => localStorage.removeItem(name));
  }

  /** Forget everything: the person signs out, and what they wrote must not stay on a shared machine. */
  drop() {
    this.dropped = true;
    this.waiting.clear();
    this.flying = [];
    clearTimeout(this.timer);
    this.keep();
    this.told.state("out", 0);
  }

  end() {
    this.channel.close();
    if (!this.waiting.size) clearTimeout(this.timer);
  }

  keep() {
    const all = [...this.flying, ...this.waiting.values()];
    try {
      if (all.length) localStorage.setItem(this.own, JSON.stringify(all));
      else localStorage.removeItem(this.own);
    } catch { /* the browser keeps nothing, or no more: then it stays in this page alone */ }
  }

  /** @param {Omit<Op, "op"> & {op?: string}} op takes the place of what waits for the same cell */
  put(op) {
    if (this.dropped) return;
    const old = this.waiting.get(op.key);
    this.waiting.delete(op.key);
    this.waiting.set(op.key, { ...op, op: op.op ?? fresh(), sent: [...(op.sent ?? []), ...maybeArrived(old)] });
    this.keepSoon();
  }

  /** Put back what was refused for somebody else's words, until the person chooses: a reload shows both again. */
  hold(/** @type {Op} */ op, /** @type {Theirs} */ theirs) {
    if (!this.waiting.has(op.key)) this.waiting.set(op.key, { ...op, theirs });
    this.keepSoon();
  }

  forget(/** @type {string} */ key) {
    this.waiting.delete(key);
    this.keepSoon();
  }

  /** Forget a row that was added here and never sent; false where the server may know it. */
  forgetRow(/** @type {string} */ row) {
    if (!this.unsent(`add ${row}`)) return false;
    for (const [key, op] of [...this.waiting]) if (op.row === row) this.waiting.delete(key);
    this.keepSoon();
    return true;
  }

  /** Whether a change waits that was never under way. */
  unsent(/** @type {string} */ key) {
    const op = this.waiting.get(key);
    return Boolean(op && !op.tried);
  }

  /** Write once for a whole pasted block. */
  keepSoon() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      this.keep();
    });
  }

  /** A row that was added here has got its name. */
  renamed(/** @type {string} */ old, /** @type {string} */ ref) {
    for (const [key, op] of [...this.waiting]) {
      if (op.row !== old) continue;
      this.waiting.delete(key);
      const named = key.replace(old, ref);
      this.waiting.set(named, { ...op, key: named, row: ref });
    }
  }

  has(/** @type {string} */ key) {
    return this.waiting.has(key) || this.flying.some((op) => op.key === key);
  }

  ready() {
    const goes = (/** @type {Op} */ op) => !op.theirs && (!op.row.startsWith("+") || this.told.canStart(op.row));
    const all = [...this.waiting.values()].filter(goes);
    // A row that is added goes with all that is written in it, and a block's rows with each other: some cannot stand
    // without it, and what comes apart is added one by one.
    const blocks = new Map(all.filter((op) => op.kind === "add").map((op) => [op.row, op.op.split("/")[0]]));
    const of = (/** @type {Op} */ op) => blocks.get(op.row) ?? op.key;
    const weights = new Map();
    for (const op of all) weights.set(of(op), (weights.get(of(op)) ?? 0) + 1 + Math.floor((op.value ?? "").length / LONG));
    const going = new Set();
    let room = MOST;
    for (const [block, weight] of weights) {
      if (weight > room && going.size) break;
      going.add(block);
      room -= weight;
    }
    return all.filter((op) => going.has(of(op)));
  }

  /** Send what waits. `last` is for a page that closes: it does not wait for what is under way. */
  async send(last = false) {
    const ops = this.ready();
    if (this.dropped || (this.flying.length && !last)) return;
    if (!ops.length) {
      if (this.left()) this.told.state("idle", this.left()); // what waits here for more words
      return;
    }
    clearTimeout(this.timer);
    for (const op of ops) this.waiting.delete(op.key);
    this.flying.push(...ops);
    this.told.state("busy", this.left());
    const state = await this.sent(ops, last);
    if (this.dropped) return;
    this.keep();
    const more = this.ready().length > 0;
    this.told.state(state === "idle" && more ? "busy" : state, this.left());
    if (state === "idle" && more) this.send();
  }

  /** Return how many changes are not saved; rows in which nothing is written yet are none. */
  left() {
    return [...this.waiting.values(), ...this.flying].filter((op) => op.kind !== "add").length;
  }

  async sent(/** @type {Op[]} */ ops, /** @type {boolean} */ last) {
    try {
      const said = await this.asked(ops, last);
      this.landed(ops);
      this.pause = FIRST;
      if (!this.dropped) ops.forEach((op, n) => this.told.answered(op, said[n]));
      return "idle";
    } catch (failure) {
      this.landed(ops);
      if (!this.dropped) this.putBack(ops);
      this.timer = setTimeout(() => this.send(), this.pause);
      this.pause = Math.min(this.pause * 2, OFTENEST);
      return failure instanceof SignedOut ? "out" : "off";
    }
  }

  async asked(/** @type {Op[]} */ ops, /** @type {boolean} */ last) {
    // Somebody else may have signed in meanwhile in another window: what I wrote is not theirs, and is refused as theirs.
    const body = JSON.stringify({ account: this.account, ops: ops.map(({ key, sent, tried, ...op }) => op) });
    const answer = await fetch(this.address, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body,
      keepalive: new Blob([body]).size < KEEPALIVE,
      signal: last ? undefined : AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 401) throw new SignedOut();
    const told = await read(answer);
    if (told.said) {
      this.told.filled(told.filled);
      return told.said;
    }
    // The whole was refused: for good, or because somebody was first, the database busy, the server away.
    if (answer.status >= 500 || AGAIN.includes(answer.status)) throw new Error(told.message);
    return ops.map(() => ({ status: answer.status, message: told.message }));
  }

  landed(/** @type {Op[]} */ ops) {
    this.flying = this.flying.filter((op) => !ops.includes(op));
  }

  /** Keep what did not arrive, under the same names: if only the answer was lost, the server gives it again. */
  putBack(/** @type {Op[]} */ ops) {
    const newer = this.waiting;
    this.waiting = new Map(ops.map((op) => [op.key, { ...op, tried: true }]));
    for (const [key, op] of newer) {
      this.waiting.set(key, { ...op, sent: [...(op.sent ?? []), ...maybeArrived(this.waiting.get(key))] });
    }
  }
}
