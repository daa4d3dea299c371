// What a key does in a cell: Enter and arrows walk, Control with Z and Y goes back and forth, Control with Delete deletes.

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
  if (cell.input.tagName === "TEXTAREA" || grid.form) return null;
  if (event.key === "Enter") return () => grid.go(cell, event.shiftKey ? -1 : 1, !event.shiftKey);
  if (event.key === "ArrowDown") return () => grid.go(cell, 1);
  if (event.key === "ArrowUp") return () => grid.go(cell, -1);
  return null;
}

function withControl(/** @type {any} */ grid, /** @type {any} */ cell, /** @type {KeyboardEvent} */ event) {
  const key = event.key.toLowerCase();
  if (key === "z") return () => (event.shiftKey ? grid.steps.redo() : grid.steps.undo());
  if (key === "y") return () => grid.steps.redo();
  if (event.key === "Enter" && !grid.form) return () => grid.go(cell, 1, true); // also out of a long field
  if (event.key === "Delete" && !grid.form) return () => grid.steps.remove(cell.line);
  return null;
}

function inList(/** @type {any} */ list, /** @type {KeyboardEvent} */ event) {
  if (event.key === "ArrowDown") return () => list.walk(1);
  if (event.key === "ArrowUp") return () => list.walk(-1);
  if (event.key === "Enter") return () => list.takeMarked() || list.close();
  if (event.key === "Escape") return () => list.close();
  return null;
}
