// Sheets are native dialogs. A button with data-sheet="id" opens one; without script its link or form target works.
import { once, remember } from "./util.js";

export function sheets(root) {
  for (const opener of once(root, "[data-sheet]", "sheet")) {
    opener.addEventListener("click", (event) => {
      const sheet = document.getElementById(opener.dataset.sheet);
      if (!sheet) return;
      event.preventDefault();
      if (opener.getAttribute("aria-disabled") === "true") return;
      carry(opener, sheet);
      sheet.showModal();
    });
  }
  for (const closer of once(root, "[data-close-sheet]", "close")) {
    closer.addEventListener("click", (event) => {
      const sheet = closer.closest("dialog");
      if (sheet) {
        event.preventDefault();
        sheet.close();
      }
    });
  }
  for (const off of once(root, "[aria-disabled='true']", "off")) {
    off.addEventListener("click", (event) => event.preventDefault());
  }
  // Opened by the server: by a refusal, or by an address that names the sheet.
  for (const sheet of once(root, "dialog[data-open], dialog[open]", "shown")) {
    if (sheet.open) sheet.close();
    sheet.showModal();
  }
}

// The opinion is written once, on the page; the sheet carries it.
function carry(opener, sheet) {
  const source = document.getElementById(sheet.dataset.carries || "");
  const target = sheet.querySelector("[data-carried]");
  if (source && target) target.value = source.value;
  remember(opener, sheet);
}
