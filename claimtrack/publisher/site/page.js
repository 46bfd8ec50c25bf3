// What every page does: colours, copying, and the buttons on the page of a row. It asks nothing of any server.
"use strict";
const site = {
  $: (selector, within = document) => within.querySelector(selector),
  all: (selector, within = document) => [...within.querySelectorAll(selector)],
};
{
  const { $ } = site;
  const root = document.documentElement;
  const block = $("#known, #row");
  site.known = block ? JSON.parse(block.textContent) : {};

  // Fills in a text. The number `n` decides on its form.
  const plurals = new Intl.PluralRules(root.lang);
  site.say = (text, values) => {
    const form = typeof text === "string" ? text : text[plurals.select(values.n)] ?? text.other;
    return form.replace(/\{(\w+)\}/g, (whole, name) => values[name]);
  };

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

  // Where a page may not write to the clipboard, the text is shown and marked, and the reader's own Ctrl+C does.
  site.copy = async (text, said, from) => {
    const { words } = site.known;
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = words.copied;
    } catch {
      if (!from) said.textContent = text;
      getSelection().selectAllChildren(from ?? said);
      if (from) said.textContent = words.not_copied;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { copy, link, cite } = button.dataset;
    const said = $(".copied", button.parentElement);
    if (copy) site.copy($(`#${copy}`).textContent.trim(), said, $(`#${copy}`));
    if (link) site.copy(new URL(link, location.href).href, said);
    const citations = cite && $("details.citations");
    if (citations) {
      citations.open = true;
      citations.scrollIntoView();
    }
  });
}
