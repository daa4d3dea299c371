// 从知识库选用: from a few words to the duty with its law, the finding and what mends it; taken over it is a row like others.

import { dialog, labelled } from "./grid_asking.js";
import { make } from "./grid_drawn.js";
import { fresh } from "./grid_outbox.js";

const PAUSE = 300;

/** Open the choice, and put what is chosen into the table. */
export function chooseEntry(/** @type {any} */ grid) {
  const words = make("input", { type: "search", autocomplete: "off", placeholder: "如：路侧没有护栏、动态监控没有处置疲劳驾驶报警" });
  const found = make("div", { className: "scg-found" });
  const asked = dialog(grid, "从知识库选用问题和措施", "选用", labelled("用几个词描述查到的情况", words), found);
  asked.go.hidden = true;
  /** @type {any} */
  let timer;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => offer(grid, words.value, found, asked.go), PAUSE);
  });
  words.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && event.preventDefault());
  asked.form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const entry = asked.form.querySelector("input[type=radio]:checked")?.value;
    if (!entry) return;
    const places = [...asked.form.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.value);
    const op = fresh();
    grid.outbox.put({ key: `take ${op}`, kind: "take", row: `+${op}`, op, value: [entry, ...places].join(" ") });
    grid.outbox.send();
    asked.box.close();
  });
  words.focus();
}

async function offer(/** @type {any} */ grid, /** @type {string} */ words, /** @type {any} */ found, /** @type {any} */ go) {
  const at = `/facts/${encodeURIComponent(grid.caseNumber)}/knowledge?words=${encodeURIComponent(words)}`;
  const answer = await fetch(at).catch(() => null);
  const told = await answer?.json().catch(() => null);
  go.hidden = true;
  if (!told?.entries) found.replaceChildren(make("p", { role: "alert", textContent: told?.message ?? "没有连接，请稍后再试。" }));
  else if (!told.entries.length) found.replaceChildren(none(words));
  else found.replaceChildren(...list(told.entries, go));
}

function none(/** @type {string} */ words) {
  return make("p", { role: "status", textContent: words.trim() ? "知识库里没有相近的条目，请直接登记问题。" : "" });
}

function list(/** @type {any[]} */ entries, /** @type {any} */ go) {
  const about = make("div", { className: "scg-entry", ariaLive: "polite" });
  const choices = entries.map((entry) => {
    const radio = make("input", { type: "radio", name: "entry", value: entry.key });
    radio.addEventListener("change", () => {
      about.replaceChildren(...told(entry));
      go.hidden = false;
    });
    return make("label", { className: "scg-choice" }, radio, `${entry.title}（${entry.aspect}）`);
  });
  const set = make("fieldset", {}, make("legend", { textContent: "相近的条目" }), ...choices);
  return [set, about];
}

function told(/** @type {any} */ entry) {
  const measures = entry.measures.map((/** @type {string} */ text, /** @type {number} */ n) =>
    make("label", { className: "scg-choice" }, make("input", { type: "checkbox", value: String(n), checked: true }), text));
  const paragraphs = [`职责：${entry.duty}`, ...entry.basis, `问题：${entry.finding}`].map((text) => make("p", { textContent: text }));
  if (!measures.length) return paragraphs;
  return [...paragraphs, make("fieldset", {}, make("legend", { textContent: "一并列入的措施" }), ...measures)];
}
