// <sc-matrix>: which measure of the case answers which finding. It follows what is typed in the tables beside it; a finding
// without measure and a measure without finding stand out.

import { make } from "./grid_drawn.js";
import { caseInAddress } from "./grid_others.js";

const PAUSE = 300;

class LinkMatrix extends HTMLElement {
  connectedCallback() {
    if (this.living) return;
    this.living = new AbortController();
    document.addEventListener("sc-facts", () => this.soon(), { signal: this.living.signal });
    this.load();
  }

  disconnectedCallback() {
    setTimeout(() => {
      if (this.isConnected) return;
      this.living?.abort();
      this.living = undefined;
    });
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), PAUSE);
  }

  async load() {
    const [findings, measures] = await Promise.all(["findings", "measures"].map(rows));
    if (findings && measures) this.draw(findings, measures);
  }

  draw(/** @type {any[]} */ findings, /** @type {any[]} */ measures) {
    if (!findings.length || !measures.length) return this.replaceChildren(note("登记问题和整改措施后，这里列出哪项措施针对哪个问题。"));
    const answers = new Map(measures.map((row) => [row.ref, new Set(row.cells.finding_refs?.text.split("；") ?? [])]));
    const lonely = findings.map((row) => row.ref).filter((ref) => ![...answers.values()].some((of) => of.has(ref)));
    const known = new Set(findings.map((row) => row.ref));
    const idle = measures.map((row) => row.ref).filter((ref) => ![...(answers.get(ref) ?? [])].some((one) => known.has(one)));
    const heads = measures.map((row) => head("col", "measure", row.ref, idle.includes(row.ref)));
    const lines = findings.map(({ ref }) => make("tr", {}, head("row", "finding", ref, lonely.includes(ref)),
      ...measures.map((row) => square(Boolean(answers.get(row.ref)?.has(ref)), lonely.includes(ref) || idle.includes(row.ref)))));
    const table = make("table", { className: "sc-matrix" },
      make("thead", {}, make("tr", {}, make("td"), ...heads)), make("tbody", {}, ...lines));
    this.replaceChildren(make("div", { className: "sc-wide" }, table), told(lonely, idle));
  }
}

function told(/** @type {string[]} */ lonely, /** @type {string[]} */ idle) {
  const lacks = [
    lonely.length ? `问题${lonely.join("、")}没有对应的措施` : "",
    idle.length ? `措施${idle.join("、")}没有对应的问题` : "",
  ].filter(Boolean);
  const text = lacks.length ? `${lacks.join("；")}，请核对后补充。` : "每个问题都有措施，每项措施都有针对的问题。";
  return note(text, lacks.length ? "scg-news scg-bad" : "scg-news");
}

const note = (/** @type {string} */ textContent, className = "scg-news") => make("p", { className, role: "status", textContent });

function head(/** @type {string} */ scope, /** @type {string} */ what, /** @type {string} */ ref, /** @type {boolean} */ lonely) {
  const at = new URLSearchParams({ number: caseInAddress(), part: "measures", [what]: ref });
  return make("th", { scope, className: lonely ? "sc-orphan" : "" }, make("a", { href: `/case?${at}`, textContent: ref }));
}

function square(/** @type {boolean} */ marked, /** @type {boolean} */ lonely) {
  const mark = marked ? [make("span", { className: "sc-mark", title: "对应", textContent: "●" })] : [];
  return make("td", { className: lonely ? "sc-orphan" : "" }, ...mark);
}

async function rows(/** @type {string} */ sheet) {
  const answer = await fetch(`/facts/${encodeURIComponent(caseInAddress())}/${sheet}`).catch(() => null);
  return answer?.ok ? (await answer.json()).rows : null;
}

if (!customElements.get("sc-matrix")) customElements.define("sc-matrix", LinkMatrix);
