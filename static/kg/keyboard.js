// j k move, x select, Enter open, a approve, r return, / search, ? help. Single letters rest inside fields and sheets, and can be switched off.
import { kept, store } from "./util.js";

const rows = () => [...document.querySelectorAll("[data-row]")];

export function keyboard() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || kept("kg-keys") === "off") return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const act = acts[event.key];
    if (act && act(event.target) !== false) event.preventDefault();
  });
  for (const toggle of document.querySelectorAll("[data-keys-toggle]")) {
    toggle.checked = kept("kg-keys") !== "off";
    toggle.addEventListener("change", () => store("kg-keys", toggle.checked ? null : "off"));
  }
  // From a row by "r": the page of the step opens its sheet for returning.
  if (location.hash === "#r") keyed("r")?.click();
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const box = here()?.querySelector(".kg-pick");
    if (!box || box.disabled) return false;
    box.click();
  },
  Enter: (target) => {
    if (target.closest("a, button, summary")) return false;
    const link = here()?.querySelector("[data-open]");
    if (!link) return false;
    link.click();
  },
  // Approve: the ticked rows, else the row here; on a step's page its main button, which Enter then presses.
  a: () => {
    // Ticking the row is what brings the bar of the list up.
    if (!document.querySelector(".kg-pick:checked")) here()?.querySelector(".kg-pick")?.click();
    const button = keyed("a");
    if (!button) return false;
    if (button.matches("[data-sheet]")) button.click();
    else button.focus();
  },
  r: () => {
    const sheet = keyed("r");
    if (sheet) return sheet.click();
    const link = here()?.querySelector("[data-open]");
    if (!link || !document.querySelector("[data-bulk]")) return false;
    location.assign(`${link.href}#r`);
  },
  "/": () => {
    const search = document.getElementById("kg-search");
    if (!search) return false;
    search.focus();
    search.select();
  },
  "?": () => {
    const help = document.getElementById("kg-help");
    if (!help) return false;
    help.showModal();
  },
};

const keyed = (key) => [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => one.checkVisibility());

const here = () => document.querySelector("[data-row].kg-here");

function move(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(here());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  here()?.classList.remove("kg-here");
  next.classList.add("kg-here");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("[data-open]")?.focus({ preventScroll: true });
}
