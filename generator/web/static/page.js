"use strict";
// Dropping a file on the dashed field, keeping clicks while parts of the page are exchanged, showing what the server says
// when it refuses, and telling that it is gone; everything else is htmx.
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
// A click is lost where what was pressed is exchanged before it is let go: then what took its place is clicked.
let pressed = null;
const pressable = (event) => event.target.closest && event.target.closest("button, a, label");
const named = (element) => element.id || (element.querySelector("[id]") || element).id;
document.addEventListener("pointerdown", (event) => { pressed = pressable(event); });
document.addEventListener("pointerup", (event) => {
  const now = pressable(event);
  if (pressed && now && !pressed.isConnected && named(now) && named(now) === named(pressed)) now.click();
  pressed = null;
});
// A refusal is a sentence, to be read: on top, wherever the part that was asked for would have gone.
function tell(sentence) {
  let told = document.querySelector("#main > .gone");
  if (!told) {
    told = document.createElement("div");
    told.className = "told gone";
    told.setAttribute("role", "alert");
    document.getElementById("main").prepend(told);
  }
  if (told.textContent === sentence) return;
  told.textContent = sentence;
  told.scrollIntoView({ block: "nearest" });
}
// Whoever waits for papers sees them come back: ask again, and return whether that is what was asked for.
function askAgain(asking) {
  if (asking.id !== "run") return false;
  setTimeout(() => htmx.trigger(asking, "again"), 1000);
  return true;
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.status < 400) {
    document.querySelectorAll("#main > .gone").forEach((told) => told.remove());
    return;
  }
  event.detail.isError = false;
  const waiting = event.detail.requestConfig && askAgain(event.detail.requestConfig.elt); // the new page may open any moment
  event.detail.shouldSwap = answer.status === 403 && !waiting; // of a page that was opened before a restart nothing is of use
  if (event.detail.shouldSwap) {
    event.detail.target = document.getElementById("main");
    event.detail.swapOverride = "innerHTML";
    return;
  }
  const told = new DOMParser().parseFromString(answer.responseText, "text/html").querySelector(".told");
  tell(told ? told.textContent.trim() : "没有做成，请刷新这一页再试。");
});
document.addEventListener("htmx:sendError", (event) => {
  tell("连不上保学：程序可能已经关了。再双击启动一次，用新打开的那一页。");
  askAgain(event.detail.elt);
});
