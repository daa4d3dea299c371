"use strict";
// Two small things that Streamlit's program does not do: Chinese in its own widgets, and links inside our HTML that
// open another page without loading the program anew. Without this script the pages work, in half English.
(() => {
  const WORDS = new Map(Object.entries({
    "Drag and drop file here": "把文件拖到这里",
    "Drag and drop files here": "把文件拖到这里",
    "Browse files": "选择文件",
    "Upload": "选择文件",
    "Choose options": "请选择",
    "Choose an option": "请选择",
    "Select an option": "请选择",
    "No results": "没有符合的选项",
    "No options to select": "没有可选的选项",
    "No options to select.": "没有可选的选项",
    "Select all": "全选",
    "Press Enter to apply": "按回车生效",
    "Press Enter to submit form": "按回车提交",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车生效",
    "Press Ctrl+Enter to submit form": "按 Ctrl+回车提交",
    "Press ⌘+Enter to apply": "按 ⌘+回车生效",
    "Press ⌘+Enter to submit form": "按 ⌘+回车提交",
    "Page not found": "没有这个页面",
    "You have requested page ": "您访问的页面 ",
    "Running...": "处理中…",
    "RUNNING...": "处理中…",
    "Stop": "停止",
    "CONNECTING": "连接中",
    "Connecting...": "连接中…",
    "Connection error": "连接中断",
    "Connection lost": "连接中断",
    "Please wait...": "请稍候…",
    "View more": "展开",
    "View less": "收起",
    "Remove file": "移除文件",
    "Clear value": "清除",
    "Clear all": "全部清除",
    "Close": "关闭",
    "Close sidebar": "收起菜单",
    "Open sidebar": "打开菜单",
    "Loading...": "加载中…",
    "Show password text": "显示密码",
    "Copy to clipboard": "复制",
    "Sidebar": "侧栏",
    "App pages": "各页面",
    "Link to heading": "本节的链接",
    "Skip to main content": "跳到正文",
    "Open": "打开",
    "Choose date": "选择日期",
    "Choose date and time": "选择日期和时间",
    "Previous month": "上一月",
    "Next month": "下一月",
    "Increment": "加一",
    "Decrement": "减一",
    "file upload": "上传文件",
    "The page that you have requested does not seem to exist. Running the app's main page.":
      "没有这个页面，或您无权查看；已打开首页。",
    "open": "打开",
    "Main menu": "菜单",
    "Expand sidebar": "展开菜单",
    "Collapse sidebar": "收起菜单",
    "Select a date.": "选择日期",
    "Previous month.": "上一月",
    "Next month.": "下一月",
    "Su": "日", "Mo": "一", "Tu": "二", "We": "三", "Th": "四", "Fr": "五", "Sa": "六",
    "January": "1月", "February": "2月", "March": "3月", "April": "4月", "May": "5月", "June": "6月", "July": "7月",
    "August": "8月", "September": "9月", "October": "10月", "November": "11月", "December": "12月",
  }));
  const SEGMENTS = { year: "年", month: "月", day: "日", hour: "时", minute: "分" };
  const PATTERNS = [
    // How large a file may be stands beside its field: Streamlit lets in more, so that we refuse it in a sentence.
    [/^(?:Limit )?[\d.]+\s?[KMG]B per file(?: • (.*))?$/, (_, kinds) => kinds ? kinds.replaceAll(", ", "、") : "\u3000"],
    [/^(?:Error: )?File must be [\d.]+\s?[KMG]B or smaller\.?$/, () => "文件过大，没有上传；请移除后再提交"],
    [/^(.+) files are not allowed\.?$/, (_, kind) => `不能上传 ${kind} 文件`],
    [/^You can only select up to (\d+) options?.*$/, (_, n) => `最多选择 ${n} 项`],
    [/^(\d+)\/(\d+)$/, (all) => all],
    [/^(year|month|day|hour|minute), (.*)$/, (_, part, label) => `${label}：${SEGMENTS[part]}`],
    [/^Choose date(?: and time)?, (.*)$/, (_, shown) => `选择日期，${shown}`],
    [/^Selected Date: (\w+) (\d+), (\d+)$/, (all, month, day, year) =>
      WORDS.has(month) ? `已选日期：${year}年${WORDS.get(month)}${day}日` : all],
    [/^You have requested page \/(.*), but no corresponding file was found in the app.*$/, (_, page) =>
      `没有地址为“${page}”的页面，或您无权查看；已打开首页。`],
  ];
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];
  const chinese = (text) => {
    const bare = text.trim();
    if (!bare || !/[A-Za-z]/.test(bare)) return null;
    if (WORDS.has(bare)) return text.replace(bare, WORDS.get(bare));
    for (const [pattern, into] of PATTERNS) if (pattern.test(bare)) return bare.replace(pattern, into);
    return null;
  };
  const OWN = "[data-testid=stMarkdownContainer], .stHtml, [data-testid=stHtml], sc-grid, textarea, input";
  const THEIRS = "[data-testid^=stFileUploader], [data-testid=stStatusWidget], [role=dialog]";
  const textNode = (node) => {
    const around = node.parentElement;
    if (around?.closest(OWN) && !around.closest(THEIRS)) return; // what people wrote is never changed
    // The parts of a date that is not filled in yet.
    const blank = /^(yyyy|mm|dd|HH)$/.test(node.nodeValue ?? "") ? SEGMENTS[around?.dataset.type] : null;
    const said = blank ?? chinese(node.nodeValue ?? "");
    if (said !== null && said !== node.nodeValue) node.nodeValue = said;
  };
  const element = (node) => {
    for (const name of ATTRIBUTES) {
      const said = node.hasAttribute?.(name) ? chinese(node.getAttribute(name)) : null;
      if (said !== null && said !== node.getAttribute(name)) node.setAttribute(name, said);
    }
  };
  const translate = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return textNode(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
    element(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) (walker.currentNode.nodeType === Node.TEXT_NODE ? textNode : element)(walker.currentNode);
    return undefined;
  };
  document.addEventListener("DOMContentLoaded", () => {
    translate(document.body);
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "childList") change.addedNodes.forEach(translate);
        else if (change.type === "characterData") textNode(change.target);
        else element(change.target);
      }
    }).observe(document.body, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
  });
  // A file that the browser did not send, or not yet, is missing on our side without a trace: no step is taken till then.
  const REFUSED = "[data-testid=stFileChipIconError]", COMING = "[data-testid=stFileChipIconSpinner]";
  const STEPS = "[data-testid=stButton] button, [data-testid=stFormSubmitButton] button";
  const warn = (near, sentence) => {
    const told = near.nextElementSibling?.matches?.(".sc-refused") ? near.nextElementSibling : document.createElement("p");
    told.className = "sc-refused";
    told.setAttribute("role", "alert");
    told.textContent = sentence;
    near.after(told);
  };
  document.addEventListener("click", (event) => {
    const step = event.target.closest?.(STEPS);
    const refused = step && document.querySelector(REFUSED);
    const waits = refused ?? (step && document.querySelector(COMING));
    if (!waits) {
      document.querySelector(".sc-refused")?.remove();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    warn(step.closest("[data-testid=stElementContainer]") ?? step, refused
      ? "有文件没有上传成功，本次没有提交。请移除标红的文件，压缩或拆分后重新选择，再提交。"
      : "文件还在上传，本次没有提交；上传完毕后请再次点击。");
    waits.scrollIntoView?.({ block: "center" });
  }, true);
  // Streamlit listens to the browser's way back; a new address and the same signal open a page in place.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.sc-in");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.href === location.href) return;
    history.pushState({}, "", link.href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    window.scrollTo(0, 0);
  });
})();
