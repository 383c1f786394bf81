// Selecting rows: the bulk bar counts what it will really do and names what drops out. Also radio-like account picking.
import { once } from "./util.js";

export function pick(root) {
  for (const form of once(root, "form[data-bulk]", "bulk")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-pick-all]")) {
        for (const box of boxes(form)) box.checked = event.target.checked;
      }
      tell(form);
    });
    for (const button of form.querySelectorAll("[data-pick-none]")) {
      button.addEventListener("click", () => {
        for (const box of form.querySelectorAll(".kg-pick, [data-pick-all]")) box.checked = false;
        tell(form);
      });
    }
    tell(form);
  }
  for (const account of once(root, "[data-fill-user]", "fill")) {
    account.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("id_username").value = account.dataset.fillUser;
      document.getElementById("id_password").focus();
    });
  }
}

const boxes = (form) => [...form.querySelectorAll(".kg-pick")];

function tell(form) {
  const chosen = boxes(form).filter((box) => box.checked);
  const out = chosen.filter((box) => box.dataset.out);
  for (const spot of form.querySelectorAll("[data-picked]")) spot.textContent = chosen.length;
  for (const spot of form.querySelectorAll("[data-doable]")) spot.textContent = chosen.length - out.length;
  for (const list of form.querySelectorAll("[data-out-list]")) {
    list.replaceChildren(
      ...out.map((box) => {
        const line = document.createElement("li");
        line.textContent = `${box.dataset.name}${list.dataset.colon}${box.dataset.out}`;
        return line;
      }),
    );
  }
  for (const bar of form.querySelectorAll("[data-bulk-bar]")) bar.hidden = !chosen.length;
  for (const button of form.querySelectorAll("[data-bulk-act]")) {
    const none = chosen.length - out.length === 0;
    if (none) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}
