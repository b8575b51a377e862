// Puts the clicked placeholder where the cursor stands in the template's text.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-insert]");
    var area = document.querySelector("[data-template-body]");
    if (!button || !area) return;
    area.setRangeText("{{" + button.dataset.insert + "}}", area.selectionStart, area.selectionEnd, "end");
    area.focus();
  });
})();
