// <sc-grid sheet="people"> is a sheet of facts of the case in the address whose cells are saved while one types;
// as="form" is for a sheet with one row. The browser itself calls connectedCallback wherever the element appears.
//
// Saved half a second after the last key, and at once on leaving a cell. Nothing is refused while one types: what is
// half written is kept, and what is wrong with it stands beside it.

import { correct, withdraw } from "./grid_asking.js";
import { ChoiceList } from "./grid_choosing.js";
import { Line, heads, make } from "./grid_drawn.js";
import { keyed } from "./grid_keys.js";
import { chooseEntry } from "./grid_knowledge.js";
import { Others, caseInAddress, showFilled } from "./grid_others.js";
import { Outbox } from "./grid_outbox.js";
import { Steps } from "./grid_steps.js";

const PAUSE = 500, STALE = 2000, SELDOM = 15000;
const ONLY = "1"; // the row of a form
const CARDS = "(max-width: 40rem)"; // on a phone: see grid.css

class SheetGrid extends HTMLElement {
  connectedCallback() {
    if (this.living) return;
    this.living = new AbortController();
    if (this.caseNumber !== caseInAddress()) this.clear = false; // personal data whole, of one case
    this.caseNumber = caseInAddress();
    this.sheetName = this.getAttribute("sheet") ?? "";
    this.form = this.getAttribute("as") === "form";
    this.address = `/facts/${encodeURIComponent(this.caseNumber)}/${encodeURIComponent(this.sheetName)}`;
    /** @type {Map<string, Line>} */
    this.lines = new Map();
    /** @type {Map<string, Line>} */
    this.away = new Map(); // deleted rows, which can come back: what is answered about them still counts
    this.timers = new Map();
    this.all = false;
    this.listsAt = 0;
    this.known = new Map(); // rows of other sheets, by sheet: short name to what is read
    this.steps = new Steps(this);
    this.others = new Others(this);
    this.list = new ChoiceList((cell) => this.save(cell));
    this.hear();
    this.load();
  }

  disconnectedCallback() {
    // Streamlit may move the element about: only one that stays away is ended.
    setTimeout(() => !this.isConnected && this.end());
  }

  end() {
    this.flush(true);
    this.living?.abort();
    this.living = undefined;
    this.outbox?.end();
    this.outbox = undefined;
    this.others.end();
    clearTimeout(this.next);
  }

  restart() {
    this.end();
    this.replaceChildren();
    this.connectedCallback();
  }

  hear() {
    const on = (/** @type {EventTarget} */ target, /** @type {string} */ name, /** @type {(event: any) => void} */ run) =>
      target.addEventListener(name, run, { signal: this.living?.signal });
    on(this, "input", (event) => this.typed(event));
    on(this, "compositionstart", (event) => { this.composing = this.cellOf(event); });
    on(this, "compositionend", (event) => {
      this.composing = null;
      this.typed(event);
    });
    on(this, "focusout", (event) => this.left(event));
    on(this, "focusin", (event) => this.entered(event));
    on(this, "keydown", (event) => this.key(event));
    on(this, "paste", (event) => this.steps.pasted(event));
    on(this, "click", (event) => this.clicked(event));
    on(window, "pagehide", () => this.flush(true));
    on(window, "online", () => this.outbox?.send());
    on(document, "sc-facts", () => { this.listsAt = 0; }); // rows that another table here has just got
    on(document, "visibilitychange", () => document.hidden && this.flush(true));
    // A list stands at its field; scroll events do not rise, and come from what lies around the field.
    const around = (/** @type {any} */ node) => node !== this.list.cell?.input && node.contains?.(this.list.cell?.input);
    document.addEventListener("scroll", (event) => around(event.target) && this.list.close(), {
      capture: true, signal: this.living?.signal,
    });
  }

  // Loading -----------------------------------------------------------------------------------------------------------

  async load() {
    const answer = await fetch(this.asked()).catch(() => null);
    if (!this.living) return;
    if (!answer?.ok) {
      const told = await refusal(answer);
      this.replaceChildren(make("p", { role: "alert", className: "scg-told", textContent: told }));
      this.next = setTimeout(() => this.load(), SELDOM);
      return;
    }
    const found = await answer.json();
    const { editable, correctable, withdrawn, about, needs, account, hides, fields: columns } = found;
    Object.assign(this, { editable, correctable, withdrawn, about, needs, account, hides, columns });
    this.others.seq = found.seq;
    await this.learnLists();
    this.draw(found);
    if (this.editable) this.beginOutbox();
    this.others.look();
  }

  /** Return the address from which it is read, or what follows it: personal data whole where the person asked for them. */
  asked(further = "") {
    return `${this.address}${further}${this.clear ? "?clear=1" : ""}`;
  }

  draw(/** @type {any} */ found) {
    this.status = make("p", { className: "scg-status", role: "status" });
    this.news = make("p", { className: "scg-news", ariaLive: "polite" });
    this.body = this.form ? make("div") : make("tbody");
    const table = make("table", { className: "scg", ariaLabel: found.title }, heads(this.columns, this.editable), this.body);
    const frame = make("div", { className: "scg-frame" }, this.form ? this.body : table);
    if (!this.editable) Object.assign(frame, { tabIndex: 0, role: "region", ariaLabel: found.title });
    this.lines.clear();
    for (const row of found.rows) this.insert(row.ref, null, row.cells).hold(row.held);
    if (this.form && !found.rows.length) this.insert(ONLY);
    this.replaceChildren(make("div", { className: "scg-bar" }, ...this.tools(), this.status), this.news, frame, this.list.box);
    this.say(this.hint());
  }

  tools() {
    const button = (/** @type {string} */ name, /** @type {string} */ text) =>
      make("button", { type: "button", name, textContent: text });
    const hidden = this.columns.some((/** @type {any} */ one) => !one.main) && !this.form;
    const more = hidden ? [button("all", `全部栏目（${this.columns.length}）`)] : [];
    if (this.hides) more.push(button("clear", "显示完整证件号码和电话"));
    if (!this.editable) return more;
    const rows = this.form ? [] : [button("add", "添加一行")];
    if (this.sheetName === "findings") rows.push(button("knowledge", "从知识库选用"));
    return [...rows, button("undo", "撤销"), button("redo", "重做"), ...more];
  }

  /** Say how a table is worked with, or that there is nothing to read. */
  hint() {
    if (this.editable && !this.form) return matchMedia(CARDS).matches ? "" : "可从表格软件粘贴多行；回车到下一行，Ctrl+Z 撤销。";
    return this.editable || [...this.lines.values()].some((line) => line.isFilled) ? "" : "没有登记。";
  }

  beginOutbox() {
    const whose = { account: this.account, case: this.caseNumber, sheet: this.sheetName };
    this.outbox = new Outbox(this.address, whose, {
      state: (state, left) => this.tell(state, left),
      answered: (op, said) => this.answered(op, said),
      canStart: (row) => this.canStart(row),
      filled: showFilled,
    });
    for (const op of this.outbox.waiting.values()) this.replay(op);
    this.tell("idle", this.outbox.left());
    this.outbox.send();
  }

  /** Whether a row that was added here can be: something is written in it, and the word without which it cannot stand. */
  canStart(/** @type {string} */ ref) {
    const line = this.lines.get(ref) ?? this.away.get(ref);
    if (!line) return true;
    return this.lacks(line).length === 0 && line.isFilled;
  }

  /** Return what a new row must say before it can be, and does not. */
  lacks(/** @type {Line} */ line) {
    return this.needs.filter((/** @type {string} */ name) => !line.cells.get(name)?.text.trim());
  }

  /** Show again what this browser could not save last time. */
  replay(/** @type {import("./grid_outbox.js").Op} */ op) {
    if (op.kind === "add" && !this.lines.has(op.row)) this.insert(op.row);
    if (op.kind === "remove") this.take(op.row);
    const cell = op.kind === "set" ? this.cell(op.row, op.field ?? "") : null;
    if (!cell) return;
    cell.text = op.value ?? "";
    cell.show(cell.text);
    if (op.theirs) this.conflict(cell, op.theirs);
  }

  /** Read the rows that references may name; the server says by ETag that nothing is new. */
  async learnLists() {
    const wanted = [...new Set(this.columns.map((/** @type {any} */ one) => one.to).filter(Boolean))];
    await Promise.all(wanted.map(async (sheet) => {
      const answer = await fetch(`/facts/${encodeURIComponent(this.caseNumber)}/choices/${sheet}`).catch(() => null);
      if (answer?.ok) this.known.set(sheet, new Map(await answer.json()));
    }));
    this.listsAt = Date.now();
  }

  labels(/** @type {string} */ sheet) {
    return this.known.get(sheet) ?? new Map();
  }

  // Rows and cells ----------------------------------------------------------------------------------------------------

  /** @param {string} ref @param {Line | null} [before] @param {Record<string, any>} [cells] */
  insert(ref, before = null, cells = {}) {
    const line = new Line(ref, this.columns, /** @type {any} */ (this));
    this.lines.set(ref, line);
    this.body.insertBefore(line.node, before?.node.isConnected ? before.node : null);
    for (const [name, content] of Object.entries(cells)) line.cells.get(name)?.learn(content);
    line.name(ref);
    return line;
  }

  take(/** @type {string} */ ref) {
    const line = this.lines.get(ref);
    if (!line) return;
    line.node.remove();
    this.lines.delete(ref);
    this.away.set(ref, line);
  }

  cell(/** @type {string} */ row, /** @type {string} */ name) {
    return this.lines.get(row)?.cells.get(name) ?? null;
  }

  /** @returns {any} the cell in which something happened */
  cellOf(/** @type {Event} */ event) {
    const key = /** @type {HTMLElement} */ (event.target).closest(".scg-cell")?.querySelector("[data-key]")?.dataset.key;
    const cut = key?.lastIndexOf("/") ?? -1;
    return cut < 0 ? null : this.cell(key.slice(0, cut), key.slice(cut + 1));
  }

  lineOf(/** @type {Element} */ node) {
    return [...this.lines.values()].find((line) => line.node.contains(node)) ?? null;
  }

  shownColumns() {
    return this.columns.filter((/** @type {any} */ one) => this.form || one.main || this.all);
  }

  // Typing and saving -------------------------------------------------------------------------------------------------

  typed(/** @type {any} */ event) {
    const cell = this.cellOf(event);
    if (!cell || event.isComposing) return; // pinyin that is no word yet
    cell.grow();
    if (cell.chooses) this.list.offer(cell);
    clearTimeout(this.timers.get(cell));
    this.timers.set(cell, setTimeout(() => this.save(cell, { whole: true }), PAUSE));
  }

  entered(/** @type {any} */ event) {
    const cell = this.cellOf(event);
    if (cell) cell.began = cell.text;
    if (cell?.column.to && Date.now() - this.listsAt > STALE) this.offerAnew(cell);
  }

  /** Learn what can be chosen, and show it in the list that may be open already. */
  async offerAnew(/** @type {any} */ cell) {
    await this.learnLists();
    if (this.list.isOpen(cell)) this.list.offer(cell, cell.whole());
  }

  left(/** @type {any} */ event) {
    const cell = this.cellOf(event);
    if (!cell || !this.editable) return;
    if (this.list.isOpen(cell)) this.list.close();
    this.save(cell);
    if (cell.typed !== undefined) cell.show(cell.text); // 2026.11.5 becomes 2026年11月5日
    cell.typed = undefined;
    if (cell.refused && !cell.text.trim()) cell.showHeld();
  }

  /**
   * Send what stands in a cell, if it is new. `whole` waits for a whole word where one is chosen; `step` collects the
   * changes of a block; `last` is for a page that closes.
   * @param {any} cell
   * @param {{whole?: boolean, step?: any[], last?: boolean}} [how]
   */
  save(cell, { whole = false, step, last = false } = {}) {
    clearTimeout(this.timers.get(cell));
    this.timers.delete(cell);
    const now = cell.words();
    if (now === cell.text || now === cell.typed || (whole && !cell.whole())) return;
    const change = { kind: "set", line: cell.line, name: cell.column.name, was: cell.text, now };
    if (step) step.push(change);
    else this.steps.note([change]);
    this.put(cell, now);
    if (!step) this.outbox?.send(last);
  }

  put(/** @type {any} */ cell, /** @type {string} */ text, seen = cell.version) {
    cell.text = text;
    cell.typed = undefined;
    cell.refused = false;
    cell.tell("");
    cell.box.classList.toggle("scg-missing", cell.column.required && !text.trim());
    if (cell === cell.line.cells.values().next().value) cell.line.name(cell.line.ref);
    this.outbox?.put({ key: cell.key, kind: "set", row: cell.line.ref, field: cell.column.name, value: text, seen });
  }

  /** Whether what stands in a cell is mine and not saved yet. */
  isWriting(/** @type {any} */ cell) {
    return cell === this.composing || this.timers.has(cell) || Boolean(this.outbox?.has(cell.key));
  }

  flush(/** @type {boolean} */ last) {
    for (const cell of [...this.timers.keys()]) this.save(cell, { last });
    this.outbox?.send(last);
  }

  answered(/** @type {any} */ op, /** @type {any} */ said) {
    if (op.kind === "add" && said.status === 200) this.renamed(op.row, said.row);
    if (op.kind === "take" && said.status === 200) this.taken(said.row);
    const line = this.lines.get(said.row) ?? this.lines.get(op.row) ?? this.away.get(said.row) ?? this.away.get(op.row);
    const cell = op.kind === "set" ? line?.cells.get(op.field) : null;
    if (cell) this.answeredCell(cell, op, said);
    else if (said.status !== 200) this.refused(op, said);
  }

  answeredCell(/** @type {any} */ cell, /** @type {any} */ op, /** @type {any} */ said) {
    if (said.status === 200) {
      this.saved(cell, op, said);
    } else if (said.status === 409 && said.theirs?.mine && op.sent?.includes(said.theirs.text)) {
      this.put(cell, cell.words(), said.theirs.version); // my own words, whose answer was lost
    } else if (said.status === 409 && said.theirs) {
      this.outbox.hold(op, said.theirs);
      this.conflict(cell, said.theirs);
    } else {
      cell.refuse(said.message ?? "这一格没有保存。");
      this.refused(op, said);
    }
  }

  saved(/** @type {any} */ cell, /** @type {any} */ op, /** @type {any} */ said) {
    cell.version = said.version;
    const next = this.outbox.waiting.get(cell.key);
    if (next) {
      next.seen = said.version; // typed on meanwhile
      return;
    }
    const here = cell.input === document.activeElement;
    if (cell.text !== op.value) return;
    cell.learn(said, !here && !this.timers.has(cell));
    if (here) cell.typed = op.value;
    cell.line.name(cell.line.ref);
  }

  /** An entry of the knowledge base has become a row here, and measures in the table beside it. */
  async taken(/** @type {string} */ ref) {
    await this.others.again();
    const line = this.lines.get(ref);
    if (!line) return;
    this.steps.note([{ kind: "add", line }]);
    line.cells.get("text")?.input.focus();
    this.say(`已选用为${ref}，请把【】内改写为本案的事实；所选措施已列入“整改措施”。`);
    for (const beside of document.querySelectorAll("sc-grid[sheet=measures]")) /** @type {any} */ (beside).others?.again();
  }

  /** Take a row out; what others may know already is withdrawn with a reason. */
  async removed(/** @type {Line} */ line) {
    if (!this.withdrawn || line.ref.startsWith("+") || this.steps.hasAdded(line)) this.steps.remove(line);
    else if (!line.held && await withdraw(this, line)) {
      this.take(line.ref);
      this.say(`已撤回${line.ref}。`);
      /** @type {HTMLElement | null} */ (this.querySelector("button[name=add]"))?.focus();
    }
  }

  /** A row that was added here has got its short name. */
  renamed(/** @type {string} */ old, /** @type {string} */ ref) {
    this.outbox.renamed(old, ref);
    for (const rows of [this.lines, this.away]) {
      const line = rows.get(old);
      if (!line || old === ref) continue;
      rows.get(ref)?.node.remove(); // a look was quicker than the answer
      rows.delete(old);
      rows.set(ref, line);
      line.name(ref);
    }
  }

  refused(/** @type {any} */ op, /** @type {any} */ said) {
    if (op.kind !== "set" || said.status === 410) this.others.again(); // a row that something else names stands again
    const lost = op.value ? `“${op.value}”没有保存：` : "";
    this.say(`${lost}${said.message ?? "没有办理。"}`, true);
  }

  /** Say something under the tools, where a screen reader hears it. */
  say(/** @type {string} */ sentence, bad = false) {
    this.news.textContent = sentence;
    this.news.classList.toggle("scg-bad", bad);
  }

  /** Nobody's words are lost: mine stay in the field, theirs stand below, and the person chooses. */
  conflict(/** @type {any} */ cell, /** @type {any} */ theirs) {
    cell.theirs = theirs;
    const button = (/** @type {string} */ name, /** @type {string} */ text) =>
      make("button", { type: "button", name, textContent: text });
    const who = theirs.mine ? "您在另一处" : theirs.by;
    const buttons = [button("mine", "用我的"), button("theirs", "用对方的")];
    cell.tell(`${who}同时改为“${cell.spoken(theirs.text)}”`, { buttons });
  }

  choose(/** @type {any} */ cell, /** @type {boolean} */ mine) {
    const theirs = cell.theirs;
    cell.theirs = undefined;
    clearTimeout(this.timers.get(cell));
    this.timers.delete(cell);
    this.outbox.forget(cell.key);
    cell.version = theirs.version;
    if (mine) this.put(cell, cell.words(), theirs.version);
    else cell.learn({ text: theirs.text, version: theirs.version, faults: theirs.faults ?? [] });
    cell.input.focus();
    this.outbox.send();
  }

  tell(/** @type {string} */ state, /** @type {number} */ left) {
    const held = state === "idle" && left > 0;
    this.dataset.state = held ? "held" : state;
    const clock = new Date().toTimeString().slice(0, 8);
    const some = left ? `（${left}处）` : "";
    const said = {
      idle: this.wrote ? `全部已保存 ${clock}` : "边填边保存",
      busy: "正在保存…",
      off: `没有连接：改动记在本机${some}，恢复后自动保存`,
      out: `登录已结束：改动记在本机${some}，请重新登录`,
    }[state];
    if (state === "busy") this.wrote = true;
    this.status.textContent = held ? this.heldWhy() : said ?? "";
  }

  /** Say why something stays here: somebody must choose between two words, or a new row lacks what it cannot be without. */
  heldWhy() {
    const choices = [...(this.outbox?.waiting.values() ?? [])].filter((op) => op.theirs).length;
    if (choices) return `有${choices}处待选择`;
    const lacking = new Set([...this.lines.values()].filter((line) => line.ref.startsWith("+") && line.isFilled)
      .flatMap((line) => this.lacks(line)));
    const needed = this.columns.filter((/** @type {any} */ one) => lacking.has(one.name));
    return `新行须先填写${needed.map((/** @type {any} */ one) => `“${one.title}”`).join("、")}，才能保存`;
  }

  firstInput(/** @type {Line} */ line) {
    return this.shownColumns().map((/** @type {any} */ one) => line.cells.get(one.name))[0].input;
  }

  // Hands -------------------------------------------------------------------------------------------------------------

  clicked(/** @type {any} */ event) {
    const name = event.target.name, cell = this.cellOf(event);
    if (name === "add") this.firstInput(this.steps.addOne()).focus();
    else if (name === "undo") this.steps.undo();
    else if (name === "redo") this.steps.redo();
    else if (name === "all") this.toggleAll(event.target);
    else if (name === "clear") this.uncover();
    else if (name === "remove") this.removed(/** @type {Line} */ (this.lineOf(event.target)));
    else if (name === "correct") correct(this, cell);
    else if (name === "knowledge") chooseEntry(this);
    else if (name === "mine" || name === "theirs") this.choose(cell, name === "mine");
    else if (cell?.chooses && event.target === cell.input && this.editable) this.list.offer(cell, cell.whole());
  }

  /** Read the sheet anew with personal data whole; the server puts on record who asked. */
  uncover() {
    this.clear = true;
    this.restart();
  }

  toggleAll(/** @type {HTMLButtonElement} */ button) {
    this.all = !this.all;
    button.textContent = this.all ? "常用栏目" : `全部栏目（${this.columns.length}）`;
    const seen = new Set(this.shownColumns().map((/** @type {any} */ one) => one.name));
    for (const head of this.querySelectorAll("th[data-column]")) head.hidden = !seen.has(head.dataset.column);
    for (const line of this.lines.values()) for (const [name, cell] of line.cells) cell.box.hidden = !seen.has(name);
  }

  key(/** @type {KeyboardEvent} */ event) {
    const cell = this.cellOf(event);
    if (!cell || !this.editable || event.isComposing || event.keyCode === 229) return; // Enter that ends a word of pinyin
    const run = keyed(this, cell, event);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  /** Go to the next or the last column of the row that is shown. */
  goAside(/** @type {any} */ cell, /** @type {number} */ by) {
    const shown = this.shownColumns(), at = shown.indexOf(cell.column) + by;
    const to = shown[at] && cell.line.cells.get(shown[at].name).input;
    to?.focus();
    to?.select?.();
  }

  /** Put back what stood in a cell when it was entered. */
  backTo(/** @type {any} */ cell) {
    if (cell.words() === cell.began) return;
    cell.show(cell.began);
    this.save(cell);
  }

  /** Go to the same column of the row below or above; `grow` adds a row below the last. */
  go(/** @type {any} */ cell, /** @type {number} */ by, grow = false) {
    const beside = by > 0 ? cell.line.node.nextElementSibling : cell.line.node.previousElementSibling;
    const line = beside ? this.lineOf(beside) : grow ? this.steps.addOne() : null;
    const to = line?.cells.get(cell.column.name)?.input;
    to?.focus();
    to?.select?.();
  }
}

async function refusal(/** @type {Response | null} */ answer) {
  if (!answer) return "没有连接，表格暂时不能显示；连接恢复后自动显示。";
  if (answer.status === 401) return "登录已结束，请重新登录。";
  const told = await answer.json().catch(() => null);
  return told?.message ?? "表格暂时不能显示，请稍后刷新。";
}

if (!customElements.get("sc-grid")) customElements.define("sc-grid", SheetGrid);
