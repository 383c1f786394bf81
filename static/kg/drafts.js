// What is written is never lost: fields of a form with data-draft are kept on this device until the server took them.
import { kept, once, store } from "./util.js";

const DAYS = 14;
const SENT = "kg-sent";

// A shared machine keeps each person's drafts apart.
const keyOf = (name) => `kg-draft:${document.body.dataset.who ?? ""}:${name}`;

export function drafts(root) {
  taken();
  for (const form of once(root, "form[data-draft]", "draft")) {
    const key = keyOf(form.dataset.draft);
    restore(form, key);
    form.addEventListener("input", () => keep(form, key));
    form.addEventListener("change", () => keep(form, key));
    form.addEventListener("kg:kept", () => keep(form, key));
    form.addEventListener("submit", () => {
      keep(form, key);
      sent(key);
    });
  }
  // The page after a successful act names the draft that is done with.
  for (const done of once(root, "[data-draft-done]", "done")) forget(keyOf(done.dataset.draftDone));
}

const KINDS = "textarea, select, input:not([type=hidden], [type=file], [type=password], [type=checkbox], [type=radio])";
const fields = (form) => [...form.elements].filter((field) => field.name && field.matches(KINDS));

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
  widen(form, draft);
  const seen = {};
  for (const field of fields(form)) {
    const nth = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    const found = draft.values.filter(([name]) => name === field.name)[nth];
    if (!found || found[1] === field.value) continue;
    const was = field.value;
    field.value = found[1];
    // A choice that is no longer offered stays as the page has it.
    if (field.value !== found[1]) field.value = was;
    else form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
  }
}

// Lines that were added by hand are added again.
function widen(form, draft) {
  for (const adder of form.querySelectorAll("[data-add-row]")) {
    const list = document.getElementById(adder.dataset.addRow);
    const name = list?.querySelector("input:not([type=hidden]), textarea")?.name;
    const missing = draft.values.filter(([one]) => one === name).length - fields(form).filter((one) => one.name === name).length;
    for (let n = 0; n < missing; n += 1) {
      const row = list.lastElementChild.cloneNode(true);
      for (const field of row.querySelectorAll("input, textarea")) field.value = "";
      list.append(row);
    }
  }
}

// A form that was sent is done with when the next page says that it was taken, and not before.
function sent(key) {
  try {
    sessionStorage.setItem(SENT, key);
  } catch {
    // No storage, no draft.
  }
}

function taken() {
  try {
    const key = sessionStorage.getItem(SENT);
    if (key && document.querySelector(".kg-messages .kg-note-ok")) {
      forget(key);
      sessionStorage.removeItem(SENT);
    }
  } catch {
    // No storage, no draft.
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
