// The one entry point. Every page works without it; each module improves what it finds.
import { drafts } from "./drafts.js";
import { keyboard } from "./keyboard.js";
import { listenToTheNet, net } from "./net.js";
import { pick } from "./pick.js";
import { prefs } from "./prefs.js";
import { print } from "./print.js";
import { forms } from "./forms.js";
import { pulse } from "./pulse.js";
import { sheets } from "./sheets.js";
import { tabs } from "./tabs.js";
import { upload } from "./upload.js";

const start = (root) => {
  for (const improve of [tabs, sheets, drafts, pick, forms, upload, print, net]) improve(root);
};

prefs();
keyboard();
listenToTheNet();
pulse();
start(document);
document.addEventListener("htmx:after:swap", () => start(document));
