// Pages are worked by keyboard alone: one key, one act. The keys stand on the buttons; `?` shows them all.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.altKey || event.metaKey) return;
  const help = document.getElementById("key-help");
  if (help?.open) return;   // it is closed by Escape, as every dialog
  const field = event.target.matches("input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select") ? event.target : null;
  if (event.ctrlKey) {
    // A form of several lines is sent from within it.
    if (event.key === "Enter" && field?.form) { event.preventDefault(); field.form.requestSubmit(); }
    return;
  }
  if (field) {
    if (event.key === "Escape") { event.preventDefault(); field.blur(); }
    return;
  }
  if (event.key === "?" || event.key === "？") {
    if (help) { event.preventDefault(); help.showModal(); }
    return;
  }
  if (event.shiftKey) return;
  // By the key's place: an input method for Chinese gives no letter.
  const key = event.code.startsWith("Key") ? event.code.slice(3) : event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted || wanted.disabled) return;
  event.preventDefault();
  if (wanted.matches("input, textarea, select, summary")) {
    if (wanted.matches("summary")) wanted.parentElement.open = true;
    wanted.scrollIntoView({ block: "center", behavior: "instant" });
    wanted.focus();
  } else wanted.click();
});
