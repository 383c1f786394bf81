// Theme: kept on this device. (Language is a form of the page: it needs no script.)
import { store } from "./util.js";

export function prefs() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
      document.documentElement.dataset.bsTheme = next;
      store("kg-theme", next);
    });
  }
}
