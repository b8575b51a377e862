// The print button of a document, and printing it as soon as it is there. Without this file the browser's own menu prints it.
(function () {
  "use strict";
  document.documentElement.classList.add("has-script");
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  if (document.querySelector("[data-print-now]")) addEventListener("load", () => window.print());
})();
