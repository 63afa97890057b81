// Brings the figures up to date when new calls came in. Without it the page stays as it was loaded.
"use strict";

const figures = document.getElementById("figures");
const OPEN_FOR = 30 * 60 * 1000;
let busy = false;

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("figures");
  if (!fresh) {
    return;
  }
  const open = [...figures.querySelectorAll("details[open]")].map((one) => one.id);
  figures.replaceChildren(...fresh.childNodes);
  figures.dataset.newest = fresh.dataset.newest;
  for (const id of open) {
    const one = document.getElementById(id);
    if (one) {
      one.open = true;
    }
  }
}

if (figures && figures.dataset.live && "EventSource" in window) {
  const source = new EventSource("/levels/live");
  source.onmessage = async (told) => {
    if (busy || document.hidden || told.data === figures.dataset.newest) {
      return;
    }
    busy = true;
    try {
      await renew();
    } finally {
      setTimeout(() => { busy = false; }, 5000);
    }
  };
  // Nobody looks at one page for ever: the session may end meanwhile.
  setTimeout(() => source.close(), OPEN_FOR);
}
