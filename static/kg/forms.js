// Forms: submit on change of a filter, rows that can be added, one click only, focus on the error summary.
import { once } from "./util.js";

export function forms(root) {
  for (const form of once(root, "form[data-auto]", "auto")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
  for (const adder of once(root, "[data-add-row]", "add")) {
    adder.addEventListener("click", () => {
      const list = document.getElementById(adder.dataset.addRow);
      const row = list.lastElementChild.cloneNode(true);
      for (const field of row.querySelectorAll("input, textarea")) field.value = "";
      list.append(row);
      row.querySelector("input:not([type=hidden]), textarea")?.focus();
    });
  }
  for (const form of once(root, "form[method=post]", "single")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      // A refusal or a lost answer must leave the form usable again.
      setTimeout(() => delete form.dataset.sent, 4000);
    });
  }
  for (const told of once(root, "[data-focus-me]", "told")) told.focus();
}
