// Small parts that several modules share.

// Elements that this module has not improved yet; marks them.
export function once(root, selector, mark) {
  const key = `kg${mark[0].toUpperCase()}${mark.slice(1)}`;
  const found = [...root.querySelectorAll(selector)].filter((element) => !(key in element.dataset));
  for (const element of found) element.dataset[key] = "";
  return found;
}

// Focus goes back to where it came from when the sheet closes.
export function remember(opener, sheet) {
  sheet.addEventListener("close", () => opener.focus(), { once: true });
}

export function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is full or switched off: the page works on, only the convenience is lost.
  }
}

export function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
