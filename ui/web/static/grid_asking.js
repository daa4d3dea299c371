// What a table asks before it does what is not simply typed: why a cell is corrected after the report is signed, and why a
// row is withdrawn. Both are sent at once and wait for nothing.

import { ChoiceList } from "./grid_choosing.js";
import { Cell, make } from "./grid_drawn.js";
import { fresh } from "./grid_outbox.js";

const PAUSE = 500;

/**
 * Open a dialog over the page; returns the parts that its owner works with.
 * @param {any} grid
 * @param {string} title
 * @param {string} done what the button says that does it
 * @param {(Node | string)[]} inside
 */
export function dialog(grid, title, done, ...inside) {
  const id = `scg-${fresh()}`;
  const told = make("p", { className: "scg-bad", role: "alert" });
  const go = make("button", { type: "submit", name: "go", textContent: done });
  const no = make("button", { type: "button", name: "no", textContent: "取消" });
  const form = make("form", {}, make("h3", { id, textContent: title }), ...inside, told, make("p", { className: "scg-bar" }, go, no));
  const box = make("dialog", { className: "scg-ask" }, form);
  box.setAttribute("aria-labelledby", id);
  no.addEventListener("click", () => box.close());
  // Keys and words in here are none of the table's.
  for (const name of ["input", "keydown", "focusin", "focusout", "click", "paste"]) {
    box.addEventListener(name, (event) => event.stopPropagation());
  }
  box.addEventListener("close", () => box.remove());
  grid.append(box);
  box.showModal();
  return { box, form, told, go };
}

/** Return a labelled field. */
export function labelled(/** @type {string} */ text, /** @type {any} */ input) {
  input.id ||= `scg-${fresh()}`;
  return make("div", { className: "scg-cell" }, make("label", { htmlFor: input.id, className: "scg-title", textContent: text }), input);
}

/** Return what became of one change that is sent by itself. */
async function sent(/** @type {any} */ grid, /** @type {any} */ op) {
  const body = JSON.stringify({ account: grid.account, ops: [{ op: fresh(), ...op }] });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(grid.address, { method: "PATCH", headers, body }).catch(() => null);
  if (answer?.status === 401) return { message: "登录已结束，没有办理，请重新登录。" };
  const told = await answer?.json().catch(() => null);
  return told?.said?.[0] ?? { message: told?.message ?? "没有连接，没有办理，请稍后再试。" };
}

/**
 * Let a form do its step: while it is under way it cannot be sent again, and a refusal stands in it.
 * @param {{box: any, form: any, told: any, go: any}} asked
 * @param {() => Promise<any>} step
 * @returns {Promise<any>} what was answered; null where the person thought better of it
 */
function answered({ box, form, told, go }, step) {
  return new Promise((resolve) => {
    let found = /** @type {any} */ (null);
    box.addEventListener("close", () => resolve(found));
    form.addEventListener("submit", async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      const said = await step();
      go.disabled = false;
      if (said.status === 200) found = said;
      else told.textContent = said.message;
      if (found) box.close();
    });
  });
}

/** Ask why a row is withdrawn, and withdraw it; returns whether it was. */
export async function withdraw(/** @type {any} */ grid, /** @type {any} */ line) {
  const reason = make("textarea", { rows: 2 });
  const asked = dialog(grid, `撤回${line.ref}`, "撤回", labelled("理由", reason));
  reason.focus();
  const step = () => reason.value.trim()
    ? sent(grid, { kind: "remove", row: line.ref, reason: reason.value })
    : Promise.resolve({ message: "请填写理由。" });
  return Boolean(await answered(asked, step));
}

/** Correct one cell: its new words, why, and beforehand which papers say otherwise. The reason stays for the next cell. */
export async function correct(/** @type {any} */ grid, /** @type {any} */ cell) {
  const own = new Cell(/** @type {any} */ ({ ref: cell.line.ref }), cell.column, {
    editable: true, form: true, all: true, labels: (to) => grid.labels(to),
  });
  own.show(cell.text);
  const reason = make("textarea", { rows: 2, value: grid.reason ?? "" });
  const papers = make("p", { className: "scg-told scg-asks", role: "status" });
  const asked = dialog(grid, `更正“${cell.column.title}”（${cell.line.ref}）`, "更正",
    make("p", { textContent: `现为：${cell.spoken(cell.text) || "空"}` }), own.box, labelled("理由", reason), papers);
  const list = new ChoiceList(() => foresee());
  asked.box.append(list.box);
  const foresee = later(async () => { papers.textContent = await foreseen(grid, cell, own.words()); });
  own.input.addEventListener("input", () => {
    if (own.chooses) list.offer(own);
    foresee();
  });
  own.input.addEventListener("click", () => own.chooses && list.offer(own, own.whole()));
  own.input.addEventListener("blur", () => list.isOpen(own) && list.close());
  own.input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => listKey(list, own, event));
  own.input.focus();
  own.input.select();
  const said = await answered(asked, () => sent(grid, {
    kind: "correct", row: cell.line.ref, field: cell.column.name, value: own.words(), reason: reason.value, seen: cell.version,
  }));
  cell.button?.focus();
  if (!said) return;
  grid.reason = reason.value;
  cell.learn(said);
  cell.line.name(cell.line.ref);
  grid.say(`已更正“${cell.column.title}”。${said.papers ? flagged(said.papers) : ""}`);
}

function listKey(/** @type {ChoiceList} */ list, /** @type {any} */ own, /** @type {KeyboardEvent} */ event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing) return; // Enter that ends a word of pinyin
  if (by && own.chooses) list.isOpen(own) ? list.walk(by) : list.offer(own, true);
  else if (list.isOpen(own) && event.key === "Escape") list.close();
  else if (event.key === "Enter" && !own.isLong) (list.isOpen(own) && list.takeMarked()) || own.input.form.requestSubmit();
  else return;
  event.preventDefault(); // else Escape closes the dialog, and Enter is a new line
}

async function foreseen(/** @type {any} */ grid, /** @type {any} */ cell, /** @type {string} */ value) {
  if (value === cell.text) return "";
  const at = grid.address.replace(/\/([^/]+)$/, "/foreseen/$1");
  const body = JSON.stringify({ row: cell.line.ref, field: cell.column.name, value });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(at, { method: "POST", headers, body }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!told?.papers) return told?.message ?? "";
  return [flagged(told.papers), ...told.clocks].join("；");
}

const flagged = (/** @type {string[]} */ papers) =>
  (papers.length ? `所载与此不同的文书：${papers.join("、")}，将标记为需要更正` : "没有已签发的文书与此不同");

/** Return what runs a while after it was last called. */
function later(/** @type {() => unknown} */ run) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  };
}
