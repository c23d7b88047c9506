"use strict";
// Every heading of a sortable table becomes a button; without this script the order is the page's.
const numeric = (cell) => (cell.dataset.value === undefined ? null : Number(cell.dataset.value));
const words = new Intl.Collator(undefined, { numeric: true });

function compare(first, second) {
  const [a, b] = [numeric(first), numeric(second)];
  if (a !== null && b !== null) return a - b;
  if (a !== null || b !== null) return a === null ? -1 : 1;
  return words.compare(first.textContent.trim(), second.textContent.trim());
}

function sort(table, heading, column) {
  const down = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  rows.sort((a, b) => compare(a.cells[column], b.cells[column]) * (down ? -1 : 1));
  body.append(...rows);
}

for (const table of document.querySelectorAll("table.sortable")) {
  Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading, column));
  });
}
