// What a spreadsheet puts on the clipboard: tabs between cells, lines between rows, quotes around what holds either.

/** Whether a text is more than one cell. */
export const isBlock = (/** @type {string} */ text) => /\t|\n./.test(text);

/**
 * Return the rows of cells in a text.
 * @param {string} text
 * @returns {string[][]}
 */
export function block(text) {
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[""]];
  let quoted = false;
  for (let n = 0; n < clean.length; n += 1) {
    const sign = clean[n], cells = rows[rows.length - 1], at = cells.length - 1;
    if (quoted && sign === '"' && clean[n + 1] === '"') cells[at] += clean[(n += 1)];
    else if (quoted && sign === '"') quoted = false;
    else if (quoted) cells[at] += sign;
    else if (sign === '"' && cells[at] === "") quoted = true;
    else if (sign === "\t") cells.push("");
    else if (sign === "\n") rows.push([""]);
    else cells[at] += sign;
  }
  return rows;
}

/**
 * Return into which columns a block goes, and its rows: by its heads, if it brings some, else from `first` on.
 * @template {{title: string}} C
 * @param {string[][]} rows
 * @param {C[]} shown the columns that are seen
 * @param {C[]} all
 * @param {C} first where it was dropped
 * @returns {{columns: (C | undefined)[], rows: string[][], headed: boolean}}
 */
export function placed(rows, shown, all, first) {
  const heads = rows[0].map((head) => all.find((one) => one.title === head.trim().replace(/[*＊]$/, "")));
  const headed = rows.length > 1 && heads.length > 1 && heads.filter(Boolean).length * 2 > heads.length;
  return headed
    ? { columns: heads, rows: rows.slice(1), headed }
    : { columns: shown.slice(shown.indexOf(first)), rows, headed };
}
