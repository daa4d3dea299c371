// What a key does in a cell: Enter and arrows walk, Escape puts back what stood there, Control with Z and Y goes back and
// forth, Control with Delete deletes.

/**
 * Return what a key does in a cell; null where the browser does what it does anyway.
 * @param {any} grid
 * @param {any} cell
 * @param {KeyboardEvent} event
 * @returns {(() => unknown) | null}
 */
export function keyed(grid, cell, event) {
  if (event.ctrlKey || event.metaKey) return withControl(grid, cell, event);
  return (grid.list.isOpen(cell) ? inList(grid.list, event) : null) ?? inTable(grid, cell, event);
}

function inTable(/** @type {any} */ grid, /** @type {any} */ cell, /** @type {KeyboardEvent} */ event) {
  if (event.altKey && event.key === "ArrowDown" && cell.chooses) return () => grid.list.offer(cell, true);
  if (event.key === "Escape") return () => grid.backTo(cell);
  if (grid.form && event.key === "Enter" && !cell.isLong) return () => {}; // one line stays one line
  if (grid.form || event.altKey) return null;
  const aside = atEdge(cell, event);
  if (aside) return () => (cell.isLong ? grid.go(cell, aside) : grid.goAside(cell, aside));
  if (cell.isLong) return null;
  if (event.key === "Enter") return () => grid.go(cell, event.shiftKey ? -1 : 1, !event.shiftKey);
  if (event.key === "ArrowDown") return () => grid.go(cell, 1);
  if (event.key === "ArrowUp") return () => grid.go(cell, -1);
  return null;
}

/** Return 1 or -1 where an arrow would lead out of the text: sideways of a line, up or down of a long text; else 0. */
function atEdge(/** @type {any} */ cell, /** @type {KeyboardEvent} */ event) {
  const [back, on] = cell.isLong ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const { selectionStart: from, selectionEnd: to, value } = cell.input;
  if (event.shiftKey || (from !== to && to - from !== value.length)) return 0;
  if (event.key === back && from === 0) return -1;
  return event.key === on && to === value.length ? 1 : 0;
}

function withControl(/** @type {any} */ grid, /** @type {any} */ cell, /** @type {KeyboardEvent} */ event) {
  const key = event.key.toLowerCase();
  if (key === "z") return () => (event.shiftKey ? grid.steps.redo() : grid.steps.undo());
  if (key === "y") return () => grid.steps.redo();
  if (event.key === "Enter" && !grid.form) return () => grid.go(cell, 1, true); // also out of a long field
  if (event.key === "Delete" && !grid.form) return () => grid.removed(cell.line);
  return null;
}

function inList(/** @type {any} */ list, /** @type {KeyboardEvent} */ event) {
  if (event.key === "ArrowDown") return () => list.walk(1);
  if (event.key === "ArrowUp") return () => list.walk(-1);
  if (event.key === "Enter") return () => list.takeMarked() || list.close();
  if (event.key === "Escape") return () => list.close();
  return null;
}
