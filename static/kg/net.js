// When the network drops, the form stays with its text and the page says so; "try again" sends the same form once more.
import { once } from "./util.js";

let unsent = null;
// Which button sent a form last: its name says which decision was meant.
const pressed = new WeakMap();

export function net(root) {
  for (const again of once(root, "[data-send-again]", "again")) {
    again.addEventListener("click", () => {
      document.getElementById("not-sent")?.close();
      const { form, button } = unsent ?? {};
      if (!form?.isConnected) return;
      delete form.dataset.sent;
      if (button?.isConnected) button.click();
      else form.requestSubmit();
    });
  }
}

export function listenToTheNet() {
  // Before anything else hears of it: a form that cannot go is not sent, so the browser does not leave the page.
  document.addEventListener(
    "submit",
    (event) => {
      pressed.set(event.target, event.submitter);
      if (navigator.onLine || event.target.method !== "post") return;
      event.preventDefault();
      event.stopPropagation();
      event.target.dispatchEvent(new CustomEvent("kg:kept", { bubbles: true }));
      say(event.target, event.submitter);
    },
    true,
  );
  document.addEventListener("htmx:error", (event) => {
    const element = event.detail?.ctx?.sourceElement;
    // What the page asks by itself may fail in silence: the next beat asks again.
    if (!element || element.matches("[data-pulse], [hx-trigger^='every']")) return;
    const form = element.closest("form");
    say(form, element.matches("button") ? element : pressed.get(form));
  });
}

function say(form, button) {
  const sheet = document.getElementById("not-sent");
  if (!sheet || sheet.open) return;
  unsent = { form, button };
  sheet.showModal();
}
