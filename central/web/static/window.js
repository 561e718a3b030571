// A window is worked by keyboard alone: one key, one act. The keys stand on the buttons.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input:not([type=hidden]), textarea, select") && event.key !== "Escape") return;
  // By the key's place: an input method for Chinese gives no letter.
  const key = event.code.startsWith("Key") ? event.code.slice(3) : event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted || wanted.disabled) return;
  event.preventDefault();
  wanted.click();
});
