"use strict";
// What was typed into editable tables and not saved yet lies in the browser (grid_outbox.js). Who signs out is told of
// it, and takes it away: the next person at this machine shall find nothing.
(() => {
  const account = document.currentScript.dataset.account;
  const names = () => Object.keys(localStorage).filter((name) => name.startsWith(`sc-grid/${account}/`));
  const form = document.querySelector("form");
  const waiting = names().reduce((sum, name) => sum + JSON.parse(localStorage.getItem(name) ?? "[]").length, 0);
  if (waiting) {
    const told = document.createElement("div");
    told.setAttribute("role", "alert");
    told.textContent = `还有${waiting}处改动没有保存到系统，退出后即从本机删除。需要保存的，请先返回案件页面，等到显示“已保存”。`;
    form.before(told);
  }
  form.addEventListener("submit", () => {
    for (const name of names()) localStorage.removeItem(name);
    new BroadcastChannel("sc-grid").postMessage(account); // pages that are still open forget theirs, too
  });
})();
