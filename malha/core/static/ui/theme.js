// Runs before the first paint: takes the theme of the person's profile, or else of the device. An outside file because of the CSP.
(function () {
  "use strict";
  var html = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  html.classList.add("js");
  function apply() {
    var wanted = html.getAttribute("data-theme") || "system";
    if (wanted === "system") wanted = dark.matches ? "dark" : "light";
    html.setAttribute("data-bs-theme", wanted === "dark" ? "dark" : "light");
  }
  apply();
  if (dark.addEventListener) dark.addEventListener("change", apply);
})();
