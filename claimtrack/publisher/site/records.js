// The claims and calls: searched, filtered, and listed with what is said of them. Nothing here touches the page.
"use strict";
{
  const { known } = site;
  const OF_FINDING = ["says", "said_by", "official", "source", "since", "until", "contested"]; // one finding has to fit all
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  let records = [];
  let index = null; // made at the first search
  let loading = null;
  const owners = new Map(); // of each id of a claim, call, finding or criterion, the record

  // Returns a promise of all records, which are loaded once.
  function ready() {
    loading ??= Promise.all(known.parts.map((part) => site.load(`find/${part}`))).then((parts) => {
      const { labels } = known;
      labels.actor = {};
      labels.source = {};
      parts.forEach((part, n) => {
        Object.assign(labels.actor, part.names.actor);
        Object.assign(labels.source, part.names.source);
        for (const record of part.records) {
          record.part = known.parts[n];
          record.place = records.length;
          records.push(record);
          for (const id of [record.id, ...record.ids, ...record.rows.map((row) => row.id)]) owners.set(id, record);
        }
      });
      labels.said_by = labels.actor;
      return records;
    }).catch((error) => { loading = null; throw error; });
    return loading;
  }

  function indexed() {
    if (!index) {
      index = new MiniSearch({
        fields: ["id", "text", "rest"],
        processTerm: (term) => plain(term) || null,
        searchOptions: { boost: { id: 4, text: 3 }, combineWith: "AND", prefix: true },
      });
      index.addAll(records);
    }
    return index;
  }

  // A word that nowhere stands is taken for a slip in one that does. Words in quotes have to stand so, one after another.
  const fuzzy = (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false);
  function search(text) {
    const phrases = [...text.matchAll(/["“”«»]([^"“”«»]+)["“”«»]/g)].map((found) => plain(found[1]).trim().replace(/\s+/g, " "));
    const hits = indexed().search(text);
    const found = hits.length || phrases.length ? hits : indexed().search(text, { fuzzy });
    if (!phrases.some(Boolean)) return found;
    return found.filter((hit) => {
      const record = owners.get(hit.id);
      record.plain ??= plain(`${record.id} ${record.text} ${record.rest}`).replace(/\s+/g, " ");
      return phrases.every((phrase) => record.plain.includes(phrase));
    });
  }

  // Whether a finding fits the filters on findings.
  function tells(row, chosen) {
    if (chosen.contested && !row.contests) return false;
    if (chosen.since && !(row.when >= chosen.since)) return false;
    if (chosen.until && !(row.when && row.when <= chosen.until)) return false;
    return ["says", "said_by", "official", "source"].every((name) => !chosen[name] || row[name] === chosen[name]);
  }

  // Returns the records that fit, each with the findings that do, and what the search found in them.
  function select(chosen) {
    const hits = chosen.q ? search(chosen.q) : null;
    const rank = hits && new Map(hits.map((hit, place) => [hit.id, place]));
    const filters = Object.entries(chosen).filter(([name, value]) => value && !["q", "view", "sort"].includes(name));
    const of_item = filters.filter(([name]) => !OF_FINDING.includes(name));
    const of_finding = filters.length > of_item.length;
    const found = [];
    for (const record of records) {
      if (rank && !rank.has(record.id)) continue;
      if (!of_item.every(([name, value]) => record.tokens[name]?.includes(value))) continue;
      const rows = of_finding ? record.rows.filter((row) => tells(row, chosen)) : record.rows;
      if (rows.length || !of_finding) found.push({ record, rows });
    }
    if (rank) found.sort((a, b) => rank.get(a.record.id) - rank.get(b.record.id));
    return { found, hits: hits ?? [] };
  }

  // Returns the values of a filter that some record has, with the number of records, in the order of their labels.
  function values(name) {
    const counts = new Map();
    for (const record of records) {
      const has = OF_FINDING.includes(name) ? record.rows.map((row) => row[name]).filter(Boolean) : record.tokens[name] ?? [];
      for (const value of new Set(has)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const label = (value) => known.labels[name]?.[value] ?? value;
    const named = ["actor", "said_by", "source"].includes(name); // by the dataset
    const offered = [...counts].map(([value, n]) => ({ value, label: label(value), n, lang: named ? known.own : undefined }));
    const order = Object.keys(known.labels[name] ?? {});
    if (named) offered.sort((a, b) => a.label.localeCompare(b.label));
    else if (order.length) offered.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
    return offered;
  }

  site.records = { ready, select, values, owner: (id) => owners.get(id), get total() { return records.length; } };
}
