// What is written is never lost: fields of a form with data-draft are kept on this device until the server took them.
import { kept, once, store } from "./util.js";

const DAYS = 14;

export function drafts(root) {
  for (const form of once(root, "form[data-draft]", "draft")) {
    const key = `kg-draft:${form.dataset.draft}`;
    restore(form, key);
    form.addEventListener("input", () => keep(form, key));
    form.addEventListener("submit", () => keep(form, key));
  }
  // The page after a successful act names the draft that is done with.
  for (const done of once(root, "[data-draft-done]", "done")) forget(`kg-draft:${done.dataset.draftDone}`);
}

const fields = (form) => [...form.elements].filter((field) => field.name && field.matches("textarea, input[type=text], input[type=date]"));

function keep(form, key) {
  const values = fields(form).map((field) => [field.name, field.value]);
  store(key, JSON.stringify({ at: Date.now(), values }));
}

function restore(form, key) {
  const text = kept(key);
  if (!text) return;
  let draft;
  try {
    draft = JSON.parse(text);
  } catch {
    store(key, null);
    return;
  }
  if (Date.now() - draft.at > DAYS * 864e5) {
    store(key, null);
    return;
  }
  const seen = {};
  for (const field of fields(form)) {
    const nth = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    const found = draft.values.filter(([name]) => name === field.name)[nth];
    if (found && found[1] !== field.value) {
      field.value = found[1];
      form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
    }
  }
}

// A step's draft and those of its sheets, whose names begin with it.
function forget(name) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key === name || key.startsWith(`${name}-`)) localStorage.removeItem(key);
    }
  } catch {
    // No storage, no draft.
  }
}
