// Panels that are all visible without script become tabs: a list [role=tablist] of links to panel ids.
import { once } from "./util.js";

export function tabs(root) {
  for (const list of once(root, "[data-tabs]", "tabs")) {
    const links = [...list.querySelectorAll("a[href^='#']")];
    const panels = links.map((link) => document.getElementById(link.hash.slice(1)));
    list.setAttribute("role", "tablist");
    const show = (n, focus) => {
      links.forEach((link, i) => {
        link.setAttribute("aria-selected", String(i === n));
        link.tabIndex = i === n ? 0 : -1;
        panels[i].hidden = i !== n;
      });
      if (focus) links[n].focus();
    };
    links.forEach((link, i) => {
      link.setAttribute("role", "tab");
      link.setAttribute("aria-controls", panels[i].id);
      link.parentElement.setAttribute("role", "presentation");
      panels[i].setAttribute("role", "tabpanel");
      link.addEventListener("click", (event) => {
        event.preventDefault();
        show(i);
      });
      link.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) show((i + by + links.length) % links.length, true);
      });
    });
    const asked = links.findIndex((link) => link.hash === location.hash);
    show(asked < 0 ? 0 : asked);
  }
}
