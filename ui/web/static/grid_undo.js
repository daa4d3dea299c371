// Steps that can be taken back: a cell's words, a row added or deleted, and a whole pasted block as one.

const TOGETHER = 3000, STEPS = 50;

/**
 * @typedef {{kind: "set", line: any, name: string, was: string, now: string}
 *   | {kind: "add" | "remove", line: any}} Change
 */

export class History {
  constructor() {
    /** @type {Change[][]} */
    this.done = [];
    /** @type {Change[][]} */
    this.undone = [];
    this.at = 0;
  }

  /** Remember a step; words typed on in one cell within some seconds are one step. */
  note(/** @type {Change[]} */ step) {
    if (!step.length) return;
    const last = this.done.at(-1), now = Date.now();
    const one = step[0], before = last?.[0];
    const same = step.length === 1 && last?.length === 1 && one.kind === "set" && before?.kind === "set"
      && one.line === before.line && one.name === before.name && now - this.at < TOGETHER;
    if (same) before.now = one.now;
    else this.done = [...this.done, step].slice(-STEPS);
    this.undone = [];
    this.at = now;
  }

  /** Forget that a row was added by a step of its own. */
  forgetAdded(/** @type {any} */ line) {
    this.done = this.done.filter((step) => !(step.length === 1 && step[0].kind === "add" && step[0].line === line));
  }

  /** Return the changes that take the last step back, in order; empty where there is none. */
  back() {
    const step = this.done.pop();
    if (!step) return [];
    this.undone.push(step);
    this.at = 0;
    return whole([...step].reverse()).map(inverse);
  }

  /** Return the changes of the step that was taken back last. */
  forth() {
    const step = this.undone.pop();
    if (!step) return [];
    this.done.push(step);
    this.at = 0;
    return whole(step);
  }
}

/** Return a step without the words in rows that it adds: they go and come with their row. */
function whole(/** @type {Change[]} */ step) {
  const added = new Set(step.filter((one) => one.kind === "add").map((one) => one.line));
  return step.filter((one) => one.kind !== "set" || !added.has(one.line));
}

/** @returns {Change} */
function inverse(/** @type {Change} */ change) {
  if (change.kind === "set") return { ...change, was: change.now, now: change.was };
  return { ...change, kind: change.kind === "add" ? "remove" : "add" };
}
