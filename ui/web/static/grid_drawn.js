// How a sheet is drawn: real inputs in a real table (or one under the other, as a form), so that pinyin, screen readers,
// phones and spell-checkers work as everywhere. Who may not edit reads plain text.

import { fresh } from "./grid_outbox.js";

const MARKED = 8000;
/** What stands between several words of one cell. */
export const PARTS = /[；;]/;
const SEPARATOR = "；";

/**
 * @typedef {{name: string, title: string, kind: string, required: boolean, main: boolean, several: boolean, open: boolean,
 *   choices: string[] | null, to: string | null, help: string | null}} Column
 * @typedef {{editable: boolean, form: boolean, all: boolean, correctable?: boolean, withdrawn?: boolean, about?: string | null,
 *   caseNumber?: string, *   labels(to: string): Map<string, string>}} SheetLike
 * @typedef {{text: string, version: number, masked: boolean,
 *   faults: {message: string, code: string, asks: boolean}[]}} Content
 */

/**
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {(Node | string)[]} inside
 */
export function make(tag, props = {}, ...inside) {
  const node = Object.assign(document.createElement(tag), props);
  // Not reflected by every browser that is in use.
  for (const name of ["role", "ariaLabel", "ariaLive", "ariaSelected"]) {
    if (name in props) node.setAttribute(name.replace(/^aria/, "aria-").toLowerCase(), props[name]);
  }
  node.append(...inside);
  return node;
}

export class Cell {
  /**
   * @param {Line} line
   * @param {Column} column
   * @param {SheetLike} sheet
   */
  constructor(line, column, sheet) {
    this.line = line;
    this.column = column;
    this.sheet = sheet;
    this.version = 0;
    /** What is known to stand there, or is on its way. */
    this.text = "";
    /** What the server is known to hold. */
    this.held = "";
    this.input = sheet.editable ? field(column, sheet.form) : make("span", { className: "scg-read" });
    this.box = make(sheet.form ? "div" : "td", { className: `scg-cell scg-of-${column.kind}` });
    this.box.dataset.title = column.title; // cards on a phone read it
    this.box.hidden = !(column.main || sheet.form || sheet.all);
    if (sheet.form) this.box.append(this.heading());
    if (sheet.form && !sheet.editable && !sheet.correctable) this.box.hidden = true;
    this.box.append(this.input);
    if (sheet.correctable) this.box.append(this.corrector());
  }

  corrector() {
    this.button = make("button", { type: "button", name: "correct", className: "scg-correct", textContent: "更正" });
    return this.button;
  }

  heading() {
    this.input.id ||= `scg-${fresh()}`;
    const tag = this.sheet.editable ? "label" : "p";
    return make(tag, { htmlFor: this.input.id, className: "scg-title" }, this.column.title, ...must(this.column));
  }

  get key() {
    return `${this.line.ref}/${this.column.name}`;
  }

  /** Return the words to choose from; none for a field that is simply written. */
  options() {
    if (this.column.to) return [...this.sheet.labels(this.column.to).values()];
    return this.column.choices ?? [];
  }

  /** Whether its words may have several lines: Enter is then one of its letters. */
  get isLong() {
    return this.column.kind === "long";
  }

  get chooses() {
    return Boolean(this.column.to || this.column.choices);
  }

  /** Return what stands in the field as the server understands it: rows of other sheets by their short names. */
  words() {
    const typed = this.isLong ? this.input.value : this.input.value.replace(/\n/g, " ");
    if (!this.column.to || !typed.trim()) return typed;
    const labels = this.sheet.labels(this.column.to);
    const refOf = (/** @type {string} */ label) => [...labels].find(([, one]) => one === label)?.[0] ?? label;
    const parts = this.column.several ? typed.split(PARTS).map((one) => one.trim()).filter(Boolean) : [typed.trim()];
    return parts.map(refOf).join(SEPARATOR);
  }

  /** Whether what is typed is a whole word of the list, or needs none. */
  whole() {
    const typed = this.input.value.trim();
    if (!this.chooses || !typed) return true;
    const options = new Set(this.options());
    return (this.column.several ? typed.split(PARTS) : [typed]).every((one) => options.has(one.trim()));
  }

  /** Return a text as it is read: short names of rows with what they stand for. */
  spoken(/** @type {string} */ text) {
    if (!this.column.to) return text;
    const labels = this.sheet.labels(this.column.to);
    return text.split(PARTS).map((one) => labels.get(one.trim()) ?? one).join(SEPARATOR);
  }

  show(/** @type {string} */ text) {
    if (!this.sheet.editable) {
      this.input.textContent = this.spoken(text);
      if (this.sheet.form && !this.sheet.correctable) this.box.hidden = !text; // who only reads is not shown what is not known
      return;
    }
    this.input.value = this.spoken(text);
    this.grow();
  }

  /** Fit a long field to its text where the browser does not do so itself. */
  grow() {
    if (this.input.tagName !== "TEXTAREA" || CSS.supports("field-sizing", "content")) return;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  /** Take over what the server says stands here. */
  learn(/** @type {Content} */ content, shown = true) {
    this.version = content.version;
    this.text = this.held = content.text;
    this.typed = undefined;
    this.refused = false;
    if (shown) this.show(content.text);
    if (content.masked) this.input.readOnly = true;
    if (content.masked) this.button?.remove();
    if (this.sheet.editable) this.judge(content.faults);
  }

  /** Show what is wrong with a value that was kept all the same; what is only missing is a colour. */
  judge(/** @type {Content["faults"]} */ faults) {
    const missing = faults.some((one) => one.code === "missing");
    this.box.classList.toggle("scg-missing", missing);
    const told = faults.filter((one) => one.code !== "missing");
    this.tell(told.map((one) => one.message).join("；"), { asks: told.length > 0 && told.every((one) => one.asks) });
  }

  /**
   * Put a sentence beside the field, or take it away.
   * @param {string} message
   * @param {{asks?: boolean, buttons?: Node[]}} [how]
   */
  tell(message, { asks = false, buttons = [] } = {}) {
    this.box.querySelector(".scg-told")?.remove();
    this.input.removeAttribute("aria-invalid");
    this.input.removeAttribute("aria-describedby");
    if (!message) return;
    const note = make("span", { className: asks ? "scg-told scg-asks" : "scg-told", id: `scg-${fresh()}` }, message, ...buttons);
    this.box.append(note);
    if (!asks) this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", note.id);
  }

  /** Tell why words were not taken. They stay for repair; a field that may not be empty shows again what is held. */
  refuse(/** @type {string} */ message) {
    this.refused = true;
    if (!this.text.trim() && this.input !== document.activeElement) this.showHeld();
    this.tell(message);
  }

  showHeld() {
    this.text = this.held;
    this.show(this.held);
    this.box.classList.toggle("scg-missing", this.column.required && !this.held);
  }

  /** Mark for some seconds that somebody else wrote here. */
  mark(/** @type {string} */ by) {
    this.box.classList.add("scg-theirs");
    this.box.title = `${by}刚才修改`;
    setTimeout(() => {
      this.box.classList.remove("scg-theirs");
      this.box.removeAttribute("title");
    }, MARKED);
  }
}

export class Line {
  /**
   * @param {string} ref short name of the row; one that begins with + is not known to the server yet
   * @param {Column[]} columns
   * @param {SheetLike} sheet
   */
  constructor(ref, columns, sheet) {
    this.ref = ref;
    this.sheet = sheet;
    this.cells = new Map(columns.map((column) => [column.name, new Cell(this, column, sheet)]));
    const cells = [...this.cells.values()].map((cell) => cell.box);
    this.node = sheet.form
      ? make("div", { className: "scg-form" }, ...cells)
      : make("tr", {}, this.head(), ...cells, ...(sheet.editable ? [make("td", { className: "scg-act" }, this.remover())] : []));
    /** @type {string | undefined} */
    this.held = undefined;
    this.name(ref);
  }

  get isFilled() {
    return [...this.cells.values()].some((cell) => cell.text.trim());
  }

  head() {
    this.title = make("th", { scope: "row", className: "scg-no" });
    return this.title;
  }

  remover() {
    this.button = make("button", { type: "button", name: "remove", textContent: this.sheet.withdrawn ? "撤回" : "删除" });
    return this.button;
  }

  /** Lock the row, and say why beside its first field; nothing said leaves it open. */
  hold(why = "") {
    if (why === (this.held ?? "")) return;
    this.held = why;
    this.node.classList.toggle("scg-held", Boolean(why));
    if (this.button) this.button.hidden = Boolean(why);
    for (const cell of this.cells.values()) cell.input.readOnly = Boolean(why);
    const first = [...this.cells.values()].find((cell) => !cell.box.hidden);
    first?.tell(why, { asks: true });
  }

  /** Return the way to what is done about the row beside the table. */
  link(/** @type {string} */ ref) {
    const at = new URLSearchParams({ number: this.sheet.caseNumber ?? "", part: "measures", [this.sheet.about ?? ""]: ref });
    return make("a", { href: `/case?${at}`, textContent: ref });
  }

  /** Give the row its short name; a screen reader hears “姓名，P1 张某” rather than “edit, blank”. */
  name(/** @type {string} */ ref) {
    this.ref = ref;
    const known = ref.startsWith("+") ? "新行" : ref;
    if (this.title) this.title.replaceChildren(this.sheet.about && !ref.startsWith("+") ? this.link(ref) : known);
    const named = this.cells.values().next().value;
    const spoken = [known, named?.text].filter(Boolean).join(" ");
    this.button?.setAttribute("aria-label", `${this.button.textContent}，${spoken}`);
    for (const cell of this.cells.values()) {
      cell.input.dataset.key = cell.key;
      cell.button?.setAttribute("aria-label", this.sheet.form ? `更正，${cell.column.title}` : `更正，${cell.column.title}，${spoken}`);
      if (!this.sheet.form && this.sheet.editable) cell.input.setAttribute("aria-label", `${cell.column.title}，${spoken}`);
    }
  }
}

function field(/** @type {Column} */ column, /** @type {boolean} */ form) {
  const long = column.kind === "long";
  const input = make(long || wraps(column) ? "textarea" : "input", { autocomplete: "off", spellcheck: false });
  if (input.tagName === "TEXTAREA") input.rows = long && form ? 3 : 1;
  if (["integer", "decimal", "money"].includes(column.kind)) input.inputMode = "decimal";
  if (column.help) input.placeholder = form ? column.help : "";
  if (column.required) input.setAttribute("aria-required", "true");
  if (column.to || column.choices) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-autocomplete", "list");
  }
  return input;
}

/** Whether words of a cell may be longer than it is wide: they are broken into lines, not cut. */
const wraps = (/** @type {Column} */ column) => column.kind === "text" || column.several || Boolean(column.to);

/** The star of what must be known; a screen reader is told by aria-required. */
function must(/** @type {Column} */ column) {
  if (!column.required) return [];
  const star = make("span", { className: "scg-must", textContent: "＊" });
  star.setAttribute("aria-hidden", "true");
  return [star];
}

/** Return the head of the table. */
export function heads(/** @type {Column[]} */ columns, /** @type {boolean} */ editable) {
  const cells = columns.map((column) => {
    const head = make("th", { scope: "col", hidden: !column.main, title: column.help ?? "" }, column.title, ...must(column));
    head.dataset.column = column.name;
    return head;
  });
  const last = editable ? [make("th", { scope: "col", className: "scg-act", textContent: "操作" })] : [];
  const number = make("th", { scope: "col", className: "scg-no", textContent: "编号" });
  return make("thead", {}, make("tr", {}, number, ...cells, ...last));
}
