// Runs before the page is drawn, so that it does not flash in the wrong colours.
{
  const root = document.documentElement;
  root.classList.remove("plain");
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* storage is switched off */ }
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
}
