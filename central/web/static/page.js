// Shows how old a page's data is once the link is lost, and asks again as soon as it is back.
"use strict";
(() => {
  for (const row of document.querySelectorAll(".doors, .within")) {
    const here = row.querySelector("[aria-current]");
    if (here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }

  const line = document.getElementById("age");
  const live = document.getElementById("live");
  if (!line || !live) return;

  const dataTime = () => live.querySelector("[data-time]")?.dataset.time ?? "";
  const lost = () => {
    line.textContent = line.dataset.lost.replace("{time}", dataTime());
    line.hidden = false;
  };
  const found = () => {
    line.hidden = true;
  };
  const refresh = () => window.htmx.trigger(live, "refresh");

  // A page in the browser's back/forward store would keep its stream; six of those and no request gets through.
  let stream = null;
  window.htmx.createEventSource = (url) => (stream = new EventSource(url));
  window.addEventListener("pagehide", () => stream?.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, lost);
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) lost();
  });
  document.body.addEventListener("htmx:afterSwap", found);
  // The stream tells first that the server is gone, and first that it is back.
  let away = false;
  document.body.addEventListener("htmx:sseError", () => {
    away = true;
    refresh();
  });
  document.body.addEventListener("htmx:sseOpen", () => {
    if (away) refresh();
    away = false;
  });

  // What somebody has unfolded stays unfolded over a refresh.
  let unfolded = [];
  document.body.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...live.querySelectorAll("details[open][id]")].map((one) => one.id);
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  });

  // What somebody is typing is never swapped away under the cursor, nor a form they have opened.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const focused = document.activeElement;
    const typing = live.contains(focused) && focused.matches("input, textarea, select");
    if (event.detail.target === live && (typing || live.querySelector("details[open] form"))) {
      event.detail.shouldSwap = false;
      found();
    }
  });
})();
