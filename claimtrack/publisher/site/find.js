// The reader's way through claims and calls: words, filters, views and addresses.
// A view has an address of its own, #name=value&…; an id alone is the address of a row.
"use strict";
{
  const { $, all, known } = site;
  const { words } = known;
  const STEP = 20; // cards, or five times as many lines, that are shown at once
  const form = $("#filters");
  const query = $("#q");
  const fields = all("select, input[type=date]", form);
  let chosen = {};
  let selection = { found: [], hits: [] };
  let rows = [];
  let start = 0;
  let end = STEP;

  const isTable = () => chosen.view === "says";
  const step = () => (isTable() ? 5 * STEP : STEP);
  const listed = () => (isTable() ? rows : selection.found);

  function read() {
    const made = { q: query.value.trim(), view: chosen.view ?? "", sort: chosen.sort ?? "" };
    for (const field of fields) made[field.name] = field.value;
    return made;
  }

  function address() {
    return new URLSearchParams(Object.entries(chosen).filter(([, value]) => value)).toString();
  }

  function remember() {
    const now = address();
    history.replaceState(null, "", now ? `#${now}` : "#browse");
  }

  function notice(text) {
    $("#notice").textContent = text;
    $("#notice").hidden = !text;
  }

  // Loads what is found among, once, and offers the values of the filters. Returns whether it is all there.
  let offered = false;
  async function open() {
    try {
      if (!offered) $("#count").textContent = words.loading;
      await site.records.ready();
    } catch (error) {
      notice(site.say(words.missing, { name: `${error.message}.js` }));
      return false;
    }
    if (offered) return true;
    offered = true;
    for (const select of fields.filter((field) => field.tagName === "SELECT" && field.name !== "contested")) {
      select.append(...site.records.values(select.name).map(({ value, label, n, lang }) => Object.assign(new Option(site.say(words.option, { label, n }), value), lang && { lang })));
    }
    return true;
  }

  function select() {
    chosen = read();
    selection = site.records.select(chosen);
    rows = isTable() ? site.draw.sorted(selection.found.flatMap(({ record, rows: told }) => told.map((row) => ({ record, row }))), chosen.sort) : [];
    start = 0;
    end = step();
  }

  // Shows what is chosen. Returns a promise that is kept once it stands there.
  function show() {
    const { found, hits } = selection;
    const number = fields.filter((field) => field.value).length;
    const numbers = { n: isTable() ? rows.length : found.length, items: found.length, total: site.records.total };
    $("#count").textContent = site.say(isTable() ? words.findings : words.shown, numbers);
    $("#chosen").textContent = number ? site.say(words.chosen, { n: number }) : "";
    $("#nothing").hidden = found.length > 0;
    $("#says").hidden = !isTable();
    $("#cards").hidden = isTable();
    $("#desk").classList.toggle("table", isTable());
    for (const button of all("[data-take]")) button.disabled = !found.length;
    for (const button of all("[data-view]")) button.setAttribute("aria-pressed", String((button.dataset.view === "says") === isTable()));
    for (const [id, n, text] of [["#earlier", start, words.earlier], ["#later", listed().length - end, words.more]]) {
      $(id).hidden = n <= 0;
      $(id).textContent = site.say(text, { n: Math.min(n, step()) });
    }
    const some = listed().slice(start, end);
    if (isTable()) return site.draw.says(some);
    return site.draw.cards(some.map(({ record }) => record), hits).catch((error) => notice(site.say(words.missing, { name: `${error.message}.js` })));
  }

  function fill(wanted) {
    query.value = wanted.get("q") ?? "";
    chosen = { view: wanted.get("view") ?? "", sort: wanted.get("sort") ?? "" };
    // Older versions had the filter "relation", of the evidence alone.
    if (wanted.has("relation")) wanted.set("says", `relation.${wanted.get("relation")}`);
    for (const field of fields) {
      const value = wanted.get(field.name) ?? "";
      field.value = value;
      if (field.value === value) continue;
      field.append(new Option(value, value)); // nothing has this value, and the page says so
      field.value = value;
    }
  }

  function decoded(fragment) {
    try { return decodeURIComponent(fragment); } catch { return fragment; } // a stray %, as somebody typed it
  }

  // Shows the row with an id: on its card, whatever was chosen. Returns whether there is such a row.
  async function show_row(id) {
    const record = site.records.owner(id);
    if (!record) return false;
    const place = () => selection.found.findIndex((one) => one.record === record);
    const hidden = offered && place() < 0 && Object.entries(chosen).some(([name, value]) => value && !["view", "sort"].includes(name));
    if (place() < 0 || isTable()) {
      if (place() < 0) fill(new URLSearchParams());
      chosen.view = "";
      select();
    }
    if (hidden) notice(site.say(words.filter_off, { id: record.id }));
    if (place() < start || place() >= end) {
      start = place();
      end = start + STEP;
    }
    $("#compact").checked = false;
    $("#cards").classList.remove("compact");
    await show();
    land(document.getElementById(id));
    return true;
  }

  function land(target) {
    for (const one of all(".here")) one.classList.remove("here");
    if (!target) return;
    target.classList.add("here");
    const folded = target.closest("details:not([open])");
    if (folded) folded.open = true;
    target.scrollIntoView();
  }

  // Goes where the address leads: a view, a row, a part of the page, or what once stood on this page.
  async function follow() {
    const fragment = location.hash.slice(1);
    notice("");
    if (fragment.includes("=")) {
      if (!(await open())) return;
      fill(new URLSearchParams(fragment));
      select();
      if (isTable()) $("#more").open = false; // the table has the whole width, and stands below the filters
      await show();
      $("#browse").scrollIntoView();
      return;
    }
    const id = decoded(fragment);
    if (!id) return;
    const here = document.getElementById(id);
    if (here && !here.closest("#cards")) return land(here);
    if (!(await open()) || (await show_row(id))) return;
    const places = await site.load("find/places").catch(() => ({}));
    if (Object.hasOwn(places, id)) return location.replace(places[id]);
    select();
    await show();
    notice(site.say(words.unknown, { id }));
    $("#notice").scrollIntoView({ block: "center" });
  }

  async function change() {
    if (!(await open())) return;
    notice("");
    select();
    remember();
    await show();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", change);
  form.addEventListener("change", (event) => {
    if (event.target === query) return;
    if (event.target.id === "compact") $("#cards").classList.toggle("compact", event.target.checked);
    else change();
  });
  form.addEventListener("reset", () => setTimeout(() => { $("#cards").classList.remove("compact"); change(); }));
  $("#later").addEventListener("click", () => { end += step(); show(); });
  $("#earlier").addEventListener("click", () => { start = Math.max(0, start - step()); show(); });
  document.addEventListener("click", (event) => {
    const { view, sort } = event.target.closest("button")?.dataset ?? {};
    if (view) chosen.view = view === "says" ? "says" : "";
    if (view === "says") $("#more").open = false;
    if (sort) chosen.sort = chosen.sort === sort ? `-${sort}` : sort;
    if (view || sort) change();
  });
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    event.preventDefault();
    $("#browse").scrollIntoView();
    query.focus({ preventScroll: true });
    query.select();
  });
  if (matchMedia("(max-width: 52rem)").matches) $("#more").open = false;

  site.selection = () => ({ ...selection, rows, isTable: isTable(), address: address() });

  // What the first view does not need comes when the reader comes near it, or has an address in it.
  new IntersectionObserver(async (entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    if (offered || !(await open()) || selection.found.length) return;
    select();
    await show();
  }, { rootMargin: "300px" }).observe($("#browse"));
  follow();
}
