// Shows how old a page's data is once the link is lost, and asks again as soon as it is back.
"use strict";
(() => {
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

  for (const name of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, lost);
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) lost();
  });
  document.body.addEventListener("htmx:afterSwap", found);
  // The stream tells first that the server is gone, and first that it is back.
  document.body.addEventListener("htmx:sseError", refresh);
  document.body.addEventListener("htmx:sseOpen", refresh);

  // What somebody is typing is never swapped away under the cursor.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const focused = document.activeElement;
    if (event.detail.target === live && live.contains(focused) && focused.matches("input, textarea, select")) {
      event.detail.shouldSwap = false;
      found();
    }
  });
})();
