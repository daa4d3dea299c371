// Rows that are added, deleted and put back, a pasted block, and taking each of these back.

import { Line } from "./grid_drawn.js";
import { MOST, fresh } from "./grid_outbox.js";
import { block, isBlock, placed } from "./grid_pasted.js";
import { History } from "./grid_undo.js";

export class Steps extends History {
  /** @param {any} grid the element in which they are taken */
  constructor(grid) {
    super();
    this.grid = grid;
  }

  /** Add a row at the end; the server hears of it with its first words. */
  add(op = fresh()) {
    const line = this.grid.insert(`+${fresh()}`);
    for (const cell of line.cells.values()) cell.box.classList.toggle("scg-missing", cell.column.required);
    this.putNew(line, op);
    return line;
  }

  putNew(/** @type {Line} */ line, op = fresh()) {
    this.grid.outbox.put({ key: `add ${line.ref}`, kind: "add", row: line.ref, op });
    for (const cell of line.cells.values()) if (cell.text) this.grid.put(cell, cell.text, 0);
  }

  addOne() {
    const line = this.add();
    this.note([{ kind: "add", line }]);
    return line;
  }

  remove(/** @type {Line} */ line) {
    for (const cell of line.cells.values()) if (this.grid.timers.has(cell)) this.grid.save(cell);
    const beside = this.grid.lineOf(line.node.nextElementSibling ?? line.node.previousElementSibling ?? line.node);
    this.note([{ kind: "remove", line }]);
    this.drop(line);
    this.grid.outbox.send();
    if (beside && beside !== line) this.grid.firstInput(beside).focus();
    else this.grid.querySelector("button[name=add]")?.focus();
    this.grid.say("已删除一行，可撤销。");
  }

  /** Whether a row was added here, a moment ago. */
  hasAdded(/** @type {Line} */ line) {
    return this.done.some((step) => step.some((one) => one.kind === "add" && one.line === line));
  }

  drop(/** @type {Line} */ line) {
    const after = line.node.nextElementSibling;
    line.next = after && this.grid.lineOf(after);
    this.grid.take(line.ref);
    if (this.grid.outbox.forgetRow(line.ref)) return;
    this.grid.outbox.put({ key: `row ${line.ref}`, kind: "remove", row: line.ref });
  }

  bringBack(/** @type {Line} */ line) {
    this.grid.away.delete(line.ref);
    this.grid.lines.set(line.ref, line);
    this.grid.body.insertBefore(line.node, line.next?.node.isConnected ? line.next.node : null);
    const removal = `row ${line.ref}`;
    if (line.ref.startsWith("+") && !this.grid.outbox.has(`add ${line.ref}`)) this.putNew(line); // it was never sent
    else if (this.grid.outbox.unsent(removal)) this.grid.outbox.forget(removal);
    else this.grid.outbox.put({ key: removal, kind: "restore", row: line.ref });
  }

  undo() {
    this.grid.flush(false);
    this.turn(this.back());
  }

  redo() {
    this.turn(this.forth());
  }

  turn(/** @type {any[]} */ changes) {
    for (const { kind, line, name, now } of changes) {
      if (kind === "add") this.bringBack(line);
      else if (kind === "remove") this.drop(line);
      else this.turnCell(line.cells.get(name), now);
    }
    this.grid.outbox?.send();
  }

  turnCell(/** @type {any} */ cell, /** @type {string} */ text) {
    if (!this.grid.lines.has(cell.line.ref)) return;
    cell.show(text);
    this.grid.put(cell, text);
    if (!cell.box.hidden) cell.input.focus();
  }

  pasted(/** @type {ClipboardEvent} */ event) {
    const { outbox } = this.grid, cell = this.grid.cellOf(event), text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !this.grid.editable || this.grid.form || !isBlock(text)) return;
    event.preventDefault();
    const { columns, rows, headed } = placed(block(text), this.grid.shownColumns(), this.grid.columns, cell.column);
    const { there, added } = this.below(cell.line, rows), lines = [...there, ...added];
    // A row that was added by hand and is still empty becomes part of the block: both go together.
    const empty = there.filter((line) => outbox.unsent(`add ${line.ref}`) && !this.grid.canStart(line.ref));
    for (const line of empty) this.forgetAdded(line);
    const step = [...empty, ...added].map((line) => ({ kind: "add", line }));
    rows.forEach((words, n) => words.forEach((word, m) => {
      if (columns[m]) this.fill(lines[n].cells.get(columns[m].name), word, step);
    }));
    this.note(step);
    outbox.send();
    const cells = step.filter((one) => one.kind === "set").length;
    const beyond = rows.flatMap((words) => words.filter((word, m) => !columns[m] && word.trim())).length;
    const left = beyond ? `；另有${beyond}格没有对应的栏目，没有粘贴` : "";
    this.grid.say(`已粘贴${rows.length}行${cells}格${headed ? "，按表头对应栏目" : ""}，可一次撤销${left}。`, beyond > 0);
  }

  /** Return a row from one on for each of a block; what is missing at the end is added, under one name as far as it can
   * go at once. */
  below(/** @type {Line} */ first, /** @type {string[][]} */ rows) {
    const count = rows.length, widest = rows.reduce((most, row) => Math.max(most, row.length), 0);
    const together = Math.max(1, Math.floor(MOST / (1 + widest)));
    const all = [...this.grid.body.children].map((node) => this.grid.lineOf(node));
    const there = all.slice(all.indexOf(first), all.indexOf(first) + count);
    const more = count - there.length;
    let block = "";
    const added = Array.from({ length: more }, (_, n) => {
      if (n % together === 0) block = fresh();
      return this.add(more > 1 ? `${block}/${(n % together) + 1}` : block);
    });
    return { there, added };
  }

  fill(/** @type {any} */ cell, /** @type {string} */ text, /** @type {any[]} */ step) {
    cell.show(cell.column.kind === "long" ? text : text.replace(/\s*\n\s*/g, " "));
    this.grid.save(cell, { step });
  }
}
