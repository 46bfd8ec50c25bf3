// Draws what was found: cards, or a table of who says what. Cards come ready from their parts; cells are set as text.
"use strict";
{
  const { $, all, known } = site;
  const list = $("#cards");
  const table = $("#says");
  let turn = 0; // a drawing that was overtaken by a later one stops

  const own = known.own && { lang: known.own }; // the dataset's language, where the page has another
  const label = (name, value) => (value ? known.labels[name]?.[value] ?? value : "–");

  // Draws the cards of some records, and returns whether they stand there in the end.
  async function cards(records, hits) {
    const mine = ++turn;
    const parts = await Promise.all([...new Set(records.map((record) => record.part))].map((part) => site.load(`cards/${part}`)));
    if (mine !== turn) return false;
    const html = Object.assign({}, ...parts);
    list.innerHTML = records.map((record) => html[record.id]).join("");
    mark(hits);
    return true;
  }

  function element(name, text, properties = {}) {
    const made = Object.assign(document.createElement(name), properties);
    made.textContent = text;
    return made;
  }

  // Draws a table row for each finding.
  function says(rows) {
    turn++;
    $("tbody", table).replaceChildren(...rows.map(({ record, row }) => {
      const line = document.createElement("tr");
      const cell = (...parts) => { const made = document.createElement("td"); made.append(...parts); line.append(made); };
      const head = element("th", "", { scope: "row" });
      head.append(element("a", record.id, { className: "id", href: `#${encodeURIComponent(row.id)}` }), " ", element("span", record.text, { dir: "auto", ...own }));
      line.append(head);
      const code = row.says.split(".")[1];
      cell(element("span", label("says", row.says), { className: `mark ${code}` }));
      cell(row.said_by ? element("a", label("actor", row.said_by), { href: `#view=says&${new URLSearchParams({ said_by: row.said_by })}`, ...own }) : "–");
      cell(element("span", row.finding, { dir: "auto", ...own }));
      cell(element("span", row.date ?? "–", { className: "when" }));
      cell(label("official", row.official));
      cell(row.source ? element("a", label("source", row.source), { href: `#view=says&${new URLSearchParams({ source: row.source })}`, ...own }) : "–");
      return line;
    }));
  }

  // The value by which a table of findings is sorted in a column.
  const keys = {
    item: ({ record }) => record.place,
    when: ({ row }) => row.when ?? "",
    says: ({ row }) => Object.keys(known.labels.says).indexOf(row.says),
    said_by: ({ row }) => label("actor", row.said_by),
    official: ({ row }) => row.official ?? "",
    source: ({ row }) => label("source", row.source),
  };
  function sorted(rows, sort) {
    const key = keys[sort?.replace(/^-/, "")];
    for (const head of all("th[aria-sort]", table)) {
      const own = $("button", head).dataset.sort === sort?.replace(/^-/, "");
      head.setAttribute("aria-sort", own ? (sort.startsWith("-") ? "descending" : "ascending") : "none");
    }
    if (!key) return rows;
    const way = sort.startsWith("-") ? -1 : 1;
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);
    return [...rows].sort((a, b) => way * compare(key(a), key(b)));
  }

  // Found words are coloured without touching the text; a static range costs nothing when cards move.
  function mark(hits) {
    if (!globalThis.Highlight) return;
    const ranges = [];
    for (const hit of hits) {
      const card = document.getElementById(hit.id);
      if (!card) continue;
      const terms = hit.terms.map((term) => term.replace(/[^\p{L}\p{N}]/gu, "\\$&")).join("|");
      const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${terms})`, "giu");
      const walk = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) for (const at of walk.currentNode.data.matchAll(pattern)) {
        ranges.push(new StaticRange({ startContainer: walk.currentNode, startOffset: at.index, endContainer: walk.currentNode, endOffset: at.index + at[0].length }));
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  site.draw = { cards, says, sorted };
}
