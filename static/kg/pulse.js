// Counts refresh by themselves: once a minute, only while the page is looked at. Rows never move under a hand.
const EVERY = 60_000;

export function pulse() {
  const beat = document.querySelector("[data-pulse]");
  if (!beat) return;
  let last = Date.now();
  const look = () => {
    if (document.visibilityState !== "visible" || Date.now() - last < EVERY) return;
    last = Date.now();
    beat.dispatchEvent(new CustomEvent("kg:pulse"));
  };
  setInterval(look, EVERY / 4);
  document.addEventListener("visibilitychange", look);
}
