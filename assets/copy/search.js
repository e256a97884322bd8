// Searches the copy of the site: every word of the query in title, authors or summary.
"use strict";
(function () {
  const query = (new URLSearchParams(location.search).get("q") || "").trim();
  for (const input of document.querySelectorAll("input[name=q]")) input.value = query;
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const words = fold(query).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (words.length === 0) return;

  const most = 200;
  const found = [];
  for (const [file, title, by, summary] of window.INDEX) {
    const inTitle = fold(title);
    const text = inTitle + " " + fold(by + " " + summary);
    if (!words.every((word) => text.includes(word))) continue;
    found.push({ file, title, by, summary, rank: words.filter((word) => inTitle.includes(word)).length });
  }
  found.sort((a, b) => b.rank - a.rank);

  const make = (name, text) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    return element;
  };
  const section = make("section");
  const status = make("p", `${found.length} found for “${query}” in this copy${found.length > most ? `, the first ${most} shown` : ""}`);
  status.setAttribute("role", "status");
  status.className = "count";
  const list = make("ol");
  list.className = "records";
  for (const { file, title, by, summary } of found.slice(0, most)) {
    const item = make("li");
    item.className = "record";
    const heading = make("h2");
    heading.className = "record-title";
    const link = make("a", title);
    link.href = file;
    heading.append(link);
    const byline = make("p", by);
    byline.className = "record-by";
    item.append(heading, byline, make("p", summary));
    list.append(item);
  }
  section.append(status, list);
  // In place of what the page offers to those who have not searched yet.
  const head = document.querySelector("#main .page-head");
  while (head.nextSibling) head.nextSibling.remove();
  head.after(section);
})();
