// A file may be dropped on its field, or photographed; the field itself works without this.
import { once } from "./util.js";

export function upload(root) {
  for (const box of once(root, "[data-drop]", "drop")) improve(box);
  for (const button of once(root, "[data-print]", "print")) button.addEventListener("click", () => window.print());
}

function improve(box) {
  const field = box.querySelector("input[type=file]:not([data-photo])");
  const photo = box.querySelector("[data-photo]");
  const name = box.querySelector("[data-drop-name]");
  const show = (files) => {
    if (files.length) name.textContent = `${files[0].name} · ${Math.max(1, Math.round(files[0].size / 1024))} KB`;
  };
  const over = (on) => (event) => {
    event.preventDefault();
    box.classList.toggle("kg-drop-over", on);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    show(field.files);
  });
  field.addEventListener("change", () => show(field.files));
  // One file goes: the photo takes the place of a chosen file.
  photo?.addEventListener("change", () => {
    if (!photo.files.length) return;
    field.files = photo.files;
    photo.value = "";
    show(field.files);
  });
}
