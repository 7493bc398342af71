"use strict";
// Dropping a file on the dashed field, and showing what the server says when it refuses; everything else is htmx.
document.addEventListener("dragover", (event) => {
  const field = event.target.closest && event.target.closest(".drop");
  event.preventDefault(); // a file dropped beside the field must not replace the page
  if (field) field.classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  const field = event.target.closest && event.target.closest(".drop");
  if (field) field.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const field = event.target.closest && event.target.closest(".drop");
  if (!field || !event.dataTransfer.files.length) return;
  field.classList.remove("over");
  const input = field.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) { // a refusal is a sentence, to be read
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:sendError", () => {
  const main = document.getElementById("main");
  const told = document.createElement("div");
  told.className = "told";
  told.setAttribute("role", "alert");
  told.textContent = "连不上保学：程序可能已经关了。再双击启动一次，用新打开的那一页。";
  if (!main.querySelector(":scope > .told.gone")) { told.classList.add("gone"); main.prepend(told); }
});
