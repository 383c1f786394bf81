// Applies the kept theme before the first paint; loaded as a plain script in the head, no module.
(() => {
  let kept = null;
  try { kept = localStorage.getItem("kg-theme"); } catch { /* storage switched off: the light theme stands */ }
  if (kept === "dark" || kept === "light") document.documentElement.dataset.bsTheme = kept;
  document.documentElement.classList.add("kg-js");
})();
