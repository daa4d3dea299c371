// What other people change in a sheet that is open here: asked for every two seconds, only while it is on the screen.

const LOOK = 2000, SELDOM = 15000, PATIENCE = 10000;

export class Others {
  /** @param {any} grid the element for which it looks */
  constructor(grid) {
    this.grid = grid;
    this.seq = 0;
    this.ended = false;
  }

  async look() {
    clearTimeout(this.timer);
    if (!this.grid.living) return;
    if (caseInAddress() !== this.grid.caseNumber) {
      this.grid.restart(); // the page led on to another case, and Streamlit kept the element
      return;
    }
    if (this.isSeen() && !this.grid.outbox?.flying.length) await this.ask();
    const out = this.grid.dataset.state === "out" || this.ended;
    this.timer = setTimeout(() => this.look(), out ? SELDOM : LOOK);
  }

  isSeen() {
    const box = this.grid.getBoundingClientRect();
    return !document.hidden && box.bottom > 0 && box.top < innerHeight;
  }

  async ask() {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(this.grid.asked(`/since/${this.seq}`), { signal }).catch(() => null);
    this.ended = answer?.status === 401;
    if (this.ended && this.grid.editable) this.grid.tell("out", this.grid.outbox?.left() ?? 0);
    if (answer?.status === 200) this.learn(await answer.json());
    if (answer?.ok && ["off", "out"].includes(this.grid.dataset.state ?? "")) this.recover();
  }

  /** Read the whole sheet anew, without losing what is being written. */
  async again() {
    const answer = await fetch(this.grid.asked()).catch(() => null);
    if (!answer?.ok) return;
    const { seq, rows } = await answer.json();
    this.learn({ seq, rows, changes: [], order: rows.map((/** @type {any} */ row) => row.ref) });
  }

  recover() {
    const { outbox } = this.grid;
    if (outbox?.dropped) this.grid.restart(); // somebody has signed in again
    else if (outbox?.ready().length) outbox.send();
    else this.grid.tell("idle", outbox?.left() ?? 0);
  }

  learn(/** @type {any} */ found) {
    this.seq = found.seq;
    for (const row of found.rows) this.merge(row);
    showFilled(found.filled);
    this.arrange(found.order);
    const others = found.changes.filter((/** @type {any} */ one) => !one.mine);
    for (const one of others) this.grid.cell(one.row, one.field ?? "")?.mark(one.by);
    if (!others.length) return;
    const names = [...new Set(others.map((/** @type {any} */ one) => one.by))].join("、");
    this.grid.say(`${names}修改了${others.length}处`);
  }

  merge(/** @type {any} */ row) {
    const { lines, outbox } = this.grid;
    if (outbox?.has(`row ${row.ref}`)) return; // I have just deleted it, or put it back
    const line = lines.get(row.ref) ?? this.returned(row.ref) ?? this.grid.insert(row.ref);
    for (const [name, content] of Object.entries(row.cells)) {
      const cell = line.cells.get(name);
      // What I am writing here meets theirs when it is sent: the server tells of it then.
      if (!cell || this.grid.isWriting(cell)) continue;
      if (content.version > cell.version) cell.learn(content);
      else if (content.version === cell.version && !cell.refused) cell.judge(content.faults);
    }
    line.hold(row.held);
    line.name(row.ref);
  }

  /** Somebody put back a row that was deleted here: it is the same one, for what can be undone. */
  returned(/** @type {string} */ ref) {
    const line = this.grid.away.get(ref);
    if (!line) return null;
    this.grid.away.delete(ref);
    this.grid.lines.set(ref, line);
    this.grid.body.append(line.node);
    return line;
  }

  /** Put the rows in their order; what others deleted goes, what I added and nobody knows yet stays at the end. */
  arrange(/** @type {string[]} */ order) {
    const { lines, body, outbox, form } = this.grid, known = new Set(order);
    for (const ref of form ? [] : [...lines.keys()]) {
      if (!known.has(ref) && !ref.startsWith("+") && !outbox?.has(`row ${ref}`)) this.grid.take(ref);
    }
    order.forEach((ref, n) => {
      const node = lines.get(ref)?.node, there = body.children[n];
      if (node && there !== node) body.insertBefore(node, there ?? null);
    });
  }

  end() {
    clearTimeout(this.timer);
  }
}

/** Return the number of the case in the address. */
export const caseInAddress = () => new URLSearchParams(location.search).get("number") ?? "";

/** Say in the list of parts how far each is filled in, and let the rest of the page know that facts have changed. */
export function showFilled(/** @type {Record<string, {text: string, look: string}> | undefined} */ filled) {
  for (const [part, { text, look }] of Object.entries(filled ?? {})) {
    const told = document.querySelector(`nav.sc-facts a[data-part="${part}"] small`);
    if (told) Object.assign(told, { textContent: text, className: `sc-far-${look}` });
  }
  document.dispatchEvent(new Event("sc-facts"));
}
