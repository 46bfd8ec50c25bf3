// What the page does with its own rows: search, filter, cite, download. It asks nothing of any server.
// Every claim and call is in the page already; the script shows and hides, and reads rows from the block of JSON with the id "data".
"use strict";
{
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  // Colours: the system's choice until the reader makes one.
  const theme = $("#theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const tell = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage is switched off */ }
    tell();
  });
  dark.addEventListener("change", tell);
  tell();

  const contents = $("details.contents");
  if (contents && matchMedia("(max-width: 52rem)").matches) contents.open = false;

  if ($("#data")) page(JSON.parse($("#data").textContent));

  function page({ tables, citations, words, version, title }) {
    const cards = all(".card");
    const list = $("#cards");
    const form = $("#filters");
    const selects = all("select", form);
    const query = $("#q");

    // Search: the words of each card, those of the claim or call itself first.
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const index = new MiniSearch({
      fields: ["id", "text", "rest"],
      processTerm: (term) => plain(term) || null,
      searchOptions: { boost: { id: 4, text: 3 }, combineWith: "AND", prefix: true },
    });
    index.addAll(cards.map((card) => {
      const text = $("h3", card).textContent;
      return { id: card.id, text, rest: all("dt, dd, .finding p:not(.traits), .who", card).map((part) => part.textContent).join(" ") };
    }));

    // A word that nowhere stands is taken for a slip in one that does.
    const fuzzy = (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false);
    const find = (text) => { const hits = index.search(text); return hits.length ? hits : index.search(text, { fuzzy }); };

    const tokens = new Map(cards.map((card) => [card, new Map(Object.entries(card.dataset).map(([name, values]) => [name, new Set(JSON.parse(values))]))]));

    let ranked = false; // whether the cards stand otherwise than in the order of the statement

    function show() {
      const chosen = selects.filter((select) => select.value);
      const asked = query.value.trim();
      const hits = asked && find(asked);
      const rank = hits && new Map(hits.map((hit, place) => [hit.id, place]));
      const fits = (card) => (!rank || rank.has(card.id)) && chosen.every((select) => tokens.get(card).get(select.name)?.has(select.value));
      const shown = cards.filter(fits);
      if (rank) shown.sort((a, b) => rank.get(a.id) - rank.get(b.id));
      const keep = new Set(shown);
      for (const card of cards) card.hidden = !keep.has(card);
      if (rank || ranked) list.prepend(...(rank ? shown : cards));
      ranked = Boolean(rank);
      $("#count").textContent = words.shown.replace("{n}", shown.length).replace("{total}", cards.length);
      $("#chosen").textContent = chosen.length ? words.chosen.replace("{n}", chosen.length) : "";
      $("#nothing").hidden = shown.length > 0;
      for (const button of all("[data-take]")) button.disabled = !shown.length;
      mark(hits || []);
    }

    // Found words are coloured without touching the text; a static range, unlike a live one, costs nothing when cards move.
    function mark(hits) {
      if (!globalThis.Highlight) return;
      const ranges = [];
      for (const hit of hits) {
        const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${hit.terms.map((term) => term.replace(/[^\p{L}\p{N}]/gu, "\\$&")).join("|")})`, "giu");
        const walk = document.createTreeWalker(document.getElementById(hit.id), NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) for (const at of walk.currentNode.data.matchAll(pattern)) {
          ranges.push(new StaticRange({ startContainer: walk.currentNode, startOffset: at.index, endContainer: walk.currentNode, endOffset: at.index + at[0].length }));
        }
      }
      CSS.highlights.set("found", new Highlight(...ranges));
    }

    // A view has an address of its own, #name=value&…; an id alone is the address of a row.
    function state() {
      const chosen = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
      if (query.value.trim()) chosen.unshift(["q", query.value.trim()]);
      return new URLSearchParams(chosen).toString();
    }

    function remember() {
      const now = state();
      history.replaceState(null, "", now ? `#${now}` : "#browse");
    }

    function decoded(fragment) {
      try { return decodeURIComponent(fragment); } catch { return fragment; } // a stray %, as somebody typed it
    }

    function follow() {
      const fragment = location.hash.slice(1);
      if (fragment.includes("=")) {
        const wanted = new URLSearchParams(fragment);
        query.value = wanted.get("q") ?? "";
        for (const select of selects) {
          select.value = wanted.get(select.name) ?? "";
          if (select.selectedIndex < 0) select.value = "";
        }
        show();
        $("#browse").scrollIntoView();
        return;
      }
      const target = fragment && document.getElementById(decoded(fragment));
      if (!target) return;
      const card = target.closest(".card");
      if (card?.hidden) { form.reset(); show(); }
      if (card && list.classList.contains("compact")) { $("#compact").checked = false; list.classList.remove("compact"); }
      const folded = target.closest("details:not([open])");
      if (folded) folded.open = true;
      target.scrollIntoView();
    }

    form.addEventListener("submit", (event) => event.preventDefault());
    query.addEventListener("input", () => { show(); remember(); });
    form.addEventListener("change", (event) => {
      if (event.target === query) return;
      if (event.target.id === "compact") return list.classList.toggle("compact", event.target.checked);
      show();
      remember();
    });
    form.addEventListener("reset", () => setTimeout(() => { list.classList.remove("compact"); show(); remember(); }));
    addEventListener("hashchange", follow);
    addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
      event.preventDefault();
      $("#browse").scrollIntoView();
      query.focus({ preventScroll: true });
      query.select();
    });
    if (matchMedia("(max-width: 52rem)").matches) $("#more").open = false;

    // Rows, as the tables have them.
    const rows = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.rows.map((row) => Object.fromEntries(table.columns.map((column, n) => [column, row[n]])))]));
    const key = (id) => (rows.claims.some((row) => row.claim_id === id) ? ["claims", "claim_id"] : ["calls", "call_id"]);

    function whole(id) {
      const [table, column] = key(id);
      const of = (name) => rows[name].filter((row) => row[column] === id);
      const parts = Object.fromEntries(Object.keys(rows).filter((name) => tables[name].columns.includes(column) && name !== table).map((name) => [name, of(name)]));
      const used = (name, id_, from) => rows[name].filter((row) => from.some((one) => one[id_] === row[id_]));
      parts.sources = used("sources", "source_id", [...(parts.evidence ?? []), ...(parts.follow_ups ?? [])]);
      parts.actors = used("actors", "actor_id", parts.participants);
      parts.rights = used("rights", "right_id", parts.item_rights);
      return { [table]: of(table), ...Object.fromEntries(Object.entries(parts).filter(([, found]) => found.length)) };
    }

    const stamp = (items) => JSON.stringify({ dataset: title, version, items }, null, 2) + "\n";

    // What a spreadsheet would run as a formula gets an apostrophe before it: publisher/flat.py says why where.
    const formula = /(?:^|(?<=[;\t\r\n]))(?=[\s\u200b]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;
    function cell(value) {
      let text = value === null ? "" : String(value);
      if (typeof value === "string") text = text.replace(formula, "'");
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    }

    function csv(ids) {
      const chosen = ids.map((id) => ({ id, ...whole(id)[key(id)[0]][0] }));
      const columns = [...new Set(chosen.flatMap(Object.keys))].filter((name) => name !== "claim_id" && name !== "call_id");
      const lines = [columns, ...chosen.map((row) => columns.map((name) => row[name] ?? null))];
      return "\ufeff" + lines.map((line) => line.map(cell).join(",") + "\r\n").join("");
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
    const shownCitation = $("#row-citation");
    const names = { apa: "APA", bibtex: "BibTeX", ris: "RIS", csl: "CSL-JSON" };

    function cite(id) {
      $("#citing-h").textContent = id ? words.row.replace("{id}", id) : words.dataset;
      const buttons = Object.keys(citations[id]).map((style) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = names[style] ?? style;
        button.addEventListener("click", () => choose(style));
        button.dataset.style = style;
        return button;
      });
      const choose = (style) => {
        for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.style === style));
        shownCitation.textContent = citations[id][style].trimEnd();
        shownCitation.classList.toggle("code", style !== "apa");
        $(".copied", citing).textContent = "";
      };
      $("#formats").replaceChildren(...buttons);
      choose("apa");
      citing.showModal();
    }

    async function copy(from, said) {
      try {
        await navigator.clipboard.writeText(from.textContent.trim());
        said.textContent = words.copied;
      } catch { // where a page may not write to the clipboard, the reader's own Ctrl+C does
        getSelection().selectAllChildren(from);
        said.textContent = words.not_copied;
      }
    }

    $("#close").addEventListener("click", () => citing.close());
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const { cite: cited, json, csv: row, take, copy: copied } = button.dataset;
      const view = () => cards.filter((card) => !card.hidden).map((card) => card.id);
      if (cited !== undefined) cite(cited);
      if (json) save(`${json}.json`, "application/json", stamp([whole(json)]));
      if (row) save(`${row}.csv`, "text/csv", csv([row]));
      if (take === "json") save("selection.json", "application/json", stamp(view().map(whole)));
      if (take === "csv") save("selection.csv", "text/csv", csv(view()));
      if (copied) copy(document.getElementById(copied), $(".copied", button.parentElement));
    });

    show();
    follow();
  }
}
