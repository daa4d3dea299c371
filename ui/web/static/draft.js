"use strict";
// A draft edited paragraph by paragraph (ui/web/draft_page.py): what is typed is saved within two seconds, one change of a
// paragraph at a time, with the version that was read; what the server refuses stays in its field and is told below it.
(() => {
  const PAUSE = 800; // milliseconds after the last key
  const AGAIN = 5000; // after a try that did not arrive
  const draft = document.getElementById("draft");
  const { address, account } = draft.dataset;
  const unsaved = new Set();

  async function asked(/** @type {string} */ where, /** @type {RequestInit} */ how) {
    const answer = await fetch(where, how);
    if (answer.status === 401) throw new Error("登录已失效，请在另一个窗口重新登录，文字还在这里。");
    const text = await answer.text();
    try {
      return { status: answer.status, ...JSON.parse(text) };
    } catch {
      return { status: answer.status, message: text };
    }
  }

  function tell(/** @type {Element} */ place, /** @type {string} */ words, wrong = false, /** @type {any[]} */ faults = []) {
    place.classList.toggle("wrong", wrong);
    place.replaceChildren(...(faults.length ? faults.flatMap(faultTold) : [words]));
  }

  function faultTold(/** @type {{message: string, href: string?}} */ fault) {
    const line = document.createElement(fault.href ? "a" : "span");
    line.textContent = fault.message;
    if (fault.href) Object.assign(line, { href: fault.href, target: "_blank", rel: "noopener" });
    return [line, document.createElement("br")];
  }

  function watch(/** @type {HTMLElement} */ section) {
    const field = section.querySelector("textarea");
    const told = section.querySelector(".told");
    const undo = section.querySelector(".undo");
    let timer = 0;
    let busy = false;
    let typed = 0; // counts the changes, so that an answer does not overwrite what was typed meanwhile

    async function send(/** @type {string?} */ text) {
      if (busy) return later(PAUSE, text);
      busy = true;
      const at = typed;
      const body = JSON.stringify({ account, passage: section.dataset.passage, text, seen: Number(section.dataset.version) });
      tell(told, "正在保存……");
      try {
        const answer = await asked(address, { method: "PATCH", headers: { "Content-Type": "application/json" }, body });
        if (answer.status === 200) saved(answer, at, text === null);
        else if (answer.status >= 500) throw new Error(answer.message);
        else refused(answer);
      } catch (error) {
        tell(told, `没有保存，稍后自动再试：${error.message}`, true);
        later(AGAIN, text);
      } finally {
        busy = false;
      }
    }

    function saved(/** @type {any} */ answer, /** @type {number} */ at, /** @type {boolean} */ undone) {
      section.dataset.version = answer.version;
      undo.hidden = answer.version === 0;
      section.querySelector(".overtaken")?.remove();
      if (!field) return section.remove();
      field.removeAttribute("aria-invalid");
      if (undone) field.value = answer.text;
      if (at === typed) unsaved.delete(section);
      tell(told, answer.version ? "已保存" : "现为系统生成的文字");
    }

    function refused(/** @type {any} */ answer) {
      field?.setAttribute("aria-invalid", "true");
      tell(told, `没有保存：${answer.message}`, true, answer.faults ?? []);
    }

    function later(/** @type {number} */ pause, /** @type {string?=} */ text) {
      clearTimeout(timer);
      timer = setTimeout(() => send(text === null ? null : field.value), pause);
    }

    field?.addEventListener("input", () => {
      typed += 1;
      unsaved.add(section);
      tell(told, "尚未保存");
      later(PAUSE);
    });
    field?.addEventListener("blur", () => unsaved.has(section) && later(0));
    undo.addEventListener("click", () => {
      clearTimeout(timer);
      typed += 1;
      send(null);
    });
    section.querySelector(".again")?.addEventListener("click", () => {
      field.value = section.querySelector(".kept").textContent;
      field.dispatchEvent(new Event("input"));
      field.focus();
    });
  }

  for (const section of draft.querySelectorAll("section[data-passage]")) watch(section);
  draft.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeunload", (event) => unsaved.size && event.preventDefault());

  const file = document.getElementById("back");
  const came = document.getElementById("came");
  file.addEventListener("change", () => file.files[0] && bring(file.files[0], false));

  async function bring(/** @type {File} */ data, /** @type {boolean} */ save) {
    came.hidden = false;
    tell(came, save ? "正在保存……" : "正在比较……");
    try {
      const answer = await asked(`${address}/back${save ? "?save=1" : ""}`, { method: "POST", body: data });
      if (answer.status !== 200) tell(came, answer.message, true, answer.faults ?? []);
      else if (answer.saved) location.reload();
      else show(data, answer.differences);
    } catch (error) {
      tell(came, error.message, true);
    }
    file.value = "";
  }

  function show(/** @type {File} */ data, /** @type {any[]} */ differences) {
    if (!differences.length) return tell(came, "文件里没有改动文字。");
    const list = differences.flatMap((one) => {
      const [label, before, now] = ["strong", "del", "ins"].map((name) => document.createElement(name));
      [label.textContent, before.textContent, now.textContent] = [one.label, one.before, one.now];
      const line = document.createElement("p");
      line.append(label, document.createElement("br"), before, document.createElement("br"), now);
      return [line];
    });
    const keep = document.createElement("button");
    Object.assign(keep, { type: "button", textContent: `保存这${differences.length}段改动` });
    keep.addEventListener("click", () => bring(data, true));
    came.replaceChildren(...list, "只带回文字，字体、字号等格式以系统的为准。", keep);
  }
})();
