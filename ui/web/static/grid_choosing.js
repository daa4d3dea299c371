// The list under a field with words to choose (an ARIA combobox): typing narrows it, arrows walk, Enter takes.

import { PARTS, make } from "./grid_drawn.js";
import { fresh } from "./grid_outbox.js";

const SHOWN = 50;

export class ChoiceList {
  /** @param {(cell: any) => void} picked hears of every word that is taken */
  constructor(picked) {
    this.picked = picked;
    this.box = make("ul", { className: "scg-list", role: "listbox", hidden: true, id: `scg-${fresh()}`, ariaLabel: "可选项" });
    this.at = -1;
    this.box.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the hand
      const item = /** @type {Element} */ (event.target).closest("li[data-word]");
      if (item) this.take(item);
    });
  }

  isOpen(/** @type {any} */ cell) {
    return !this.box.hidden && this.cell === cell;
  }

  /**
   * Show the words that hold what is typed; all of them with `all`.
   * @param {any} cell
   * @param {boolean} [all]
   */
  offer(cell, all = false) {
    const typed = all ? "" : lastPart(cell);
    const found = cell.options().filter((/** @type {string} */ word) => word.includes(typed));
    const items = found.slice(0, SHOWN).map((/** @type {string} */ word, /** @type {number} */ n) => this.item(word, n));
    if (!found.length) items.push(hint(cell.column.open ? "词表中没有，将保留原词" : "没有符合的选项"));
    if (found.length > SHOWN) items.push(hint("还有更多，请继续输入"));
    this.box.replaceChildren(...items);
    this.cell = cell;
    this.at = -1;
    this.stand(cell.input);
    cell.input.setAttribute("aria-expanded", "true");
    cell.input.setAttribute("aria-controls", this.box.id);
    if (found.length && typed) this.walk(1);
  }

  item(/** @type {string} */ word, /** @type {number} */ n) {
    const item = make("li", { role: "option", id: `${this.box.id}-${n}`, textContent: word, ariaSelected: "false" });
    item.dataset.word = word;
    return item;
  }

  /** Place the list under the field, or above it where there is more room. */
  stand(/** @type {HTMLElement} */ input) {
    const field = input.getBoundingClientRect();
    this.box.hidden = false;
    const height = this.box.offsetHeight, below = innerHeight - field.bottom;
    Object.assign(this.box.style, {
      left: `${Math.max(0, Math.min(field.left, innerWidth - this.box.offsetWidth - 8))}px`,
      top: `${below < height && field.top > below ? field.top - height : field.bottom}px`,
      minWidth: `${field.width}px`,
    });
  }

  walk(/** @type {number} */ by) {
    const items = this.box.querySelectorAll("li[data-word]");
    if (!items.length) return;
    items[this.at]?.setAttribute("aria-selected", "false");
    this.at = Math.max(0, Math.min(items.length - 1, this.at + by));
    items[this.at].setAttribute("aria-selected", "true");
    items[this.at].scrollIntoView({ block: "nearest" });
    this.cell.input.setAttribute("aria-activedescendant", items[this.at].id);
  }

  /** Take the word on which the arrows stand; false where they stand on none. */
  takeMarked() {
    const item = this.box.querySelectorAll("li[data-word]")[this.at];
    if (item) this.take(item);
    return Boolean(item);
  }

  take(/** @type {Element} */ item) {
    const cell = this.cell, word = /** @type {HTMLElement} */ (item).dataset.word ?? "";
    const before = cell.column.several ? cell.input.value.split(PARTS).slice(0, -1) : [];
    const others = before.map((/** @type {string} */ one) => one.trim()).filter((one) => one && one !== word);
    cell.input.value = [...others, word].join("；");
    this.close();
    this.picked(cell);
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.cell.input.setAttribute("aria-expanded", "false");
    this.cell.input.removeAttribute("aria-controls");
    this.cell.input.removeAttribute("aria-activedescendant");
  }
}

const lastPart = (/** @type {any} */ cell) =>
  (cell.column.several ? cell.input.value.split(PARTS).at(-1) : cell.input.value).trim();

function hint(/** @type {string} */ text) {
  const item = make("li", { className: "scg-hint", role: "option", textContent: text });
  item.setAttribute("aria-disabled", "true");
  return item;
}
