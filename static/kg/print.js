// A button that opens the browser's print dialogue; what is printed is the style sheet's matter.
import { once } from "./util.js";

export function print(root) {
  for (const button of once(root, "[data-print]", "print")) {
    button.addEventListener("click", () => window.print());
  }
}
