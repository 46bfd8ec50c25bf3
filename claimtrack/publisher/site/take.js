// Takes rows and selections along: as CSV, as JSON, as a citation, as an address.
"use strict";
{
  const { $, known } = site;
  const { words } = known;
  const stamp = (items) => JSON.stringify({ dataset: known.title, version: known.version, items }, null, 2) + "\n";

  // What a spreadsheet would run as a formula gets an apostrophe before it: publisher/flat.py says why where.
  const formula = /(?:^|(?<=[;\t\r\n]))(?=[\s\u200b]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;
  function cell(value) {
    let text = value === null || value === undefined ? "" : value === true ? "True" : value === false ? "False" : String(value);
    if (typeof value === "string") text = text.replace(formula, "'");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  const lines = (rows) => "\ufeff" + rows.map((row) => row.map(cell).join(",") + "\n").join("");

  // The rows of some claims and calls, from their parts.
  async function rows_of(records) {
    const parts = await Promise.all([...new Set(records.map((record) => record.part))].map((part) => site.load(`rows/${part}`)));
    return { rows: Object.assign({}, ...parts.map((part) => part.rows)), columns: parts[0]?.columns ?? {} };
  }

  // The columns of the flat tables: of claims, of calls, or of both where there are both.
  async function csv(records) {
    const { rows, columns } = await rows_of(records);
    const kinds = ["claim", "call"].filter((kind) => records.some((record) => record.kind === kind));
    const names = [...new Set(kinds.flatMap((kind) => columns[kind]))];
    const made = records.map((record) => {
      const own = Object.fromEntries(columns[record.kind].map((name, n) => [name, rows[record.id].flat[n]]));
      return names.map((name) => own[name]);
    });
    return lines([names, ...made]);
  }

  async function findings(told) {
    const { rows, columns } = await rows_of([...new Set(told.map(({ record }) => record))]);
    const own = told.map(({ record, row }) => rows[record.id].findings.find((one) => one[0] === row.id));
    return lines([columns.finding, ...own]);
  }

  async function whole(records) {
    const { rows } = await rows_of(records);
    return stamp(records.map((record) => rows[record.id].whole));
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // Citations.
  const citing = $("#citing");
  const shown = $("#row-citation");
  const names = { apa: "APA", bibtex: "BibTeX", ris: "RIS", csl: "CSL-JSON" };

  function cite(heading, citations) {
    $("#citing-h").textContent = heading;
    const buttons = Object.keys(citations).map((style) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = names[style] ?? style;
      button.addEventListener("click", () => choose(style));
      button.dataset.style = style;
      return button;
    });
    const choose = (style) => {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.style === style));
      shown.textContent = citations[style].trimEnd();
      shown.classList.toggle("code", style !== "apa");
      $(".copied", citing).textContent = "";
    };
    $("#formats").replaceChildren(...buttons);
    choose("apa");
    citing.showModal();
  }

  // A selection is cited by its ids, its query and a hash over its rows, which `claimtrack cite` makes alike.
  function cite_selection({ found, address }) {
    const rows = found.map(({ record }) => record).sort((a, b) => (a.id < b.id ? -1 : 1));
    const hash = site.sha256(rows.map((record) => `${record.id} ${record.sha256}\n`).join(""));
    const ids = rows.map((record) => record.id).join(", ");
    const told = site.say(address ? words.selected_query : words.selected, { n: rows.length, hash, query: `#${address}`, ids });
    cite(site.say(words.selection, { n: rows.length }), { apa: `${known.citation.apa.trim()} ${told}` });
  }

  $("#close").addEventListener("click", () => citing.close());
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { cite: cited, json, csv: row, take } = button.dataset;
    const selection = site.selection();
    const records = selection.found.map(({ record }) => record);
    const one = (id) => [site.records.owner(id)];
    try {
      if (cited === "") cite(words.dataset, known.citation);
      if (cited) cite(site.say(words.row, { id: cited }), (await rows_of(one(cited))).rows[cited].citations);
      if (json) save(`${json}.json`, "application/json", await whole(one(json)));
      if (row) save(`${row}.csv`, "text/csv", await csv(one(row)));
      if (take === "json") save("selection.json", "application/json", await whole(records));
      if (take === "csv") save("selection.csv", "text/csv", await (selection.isTable ? findings(selection.rows) : csv(records)));
      if (take === "cite") cite_selection(selection);
      if (take === "link") site.copy(new URL(`#${selection.address || "browse"}`, location.href).href, $(".copied", button.parentElement));
    } catch (error) {
      $("#notice").textContent = site.say(words.missing, { name: `${error.message}.js` });
      $("#notice").hidden = false;
    }
  });
}
