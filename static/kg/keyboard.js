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
  // On a step the letter takes one to the button, Enter presses it: a letter alone never signs. In the inbox it opens
  // the sheet for what is selected.
  a: () => lead("a") || press("[data-bulk-act]"),
  r: () => lead("r"),
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

function lead(key) {
  const button = document.querySelector(`[data-key="${key}"]`);
  if (!button) return false;
  button.focus();
  return true;
}

function press(selector) {
  const button = document.querySelector(selector);
  if (!button || button.closest("[hidden]") || button.getAttribute("aria-disabled") === "true") return false;
  button.click();
  return true;
}

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
