// Sends the form of the notice pages into the preview a moment after it was changed. Nothing is decided here.
(function () {
  "use strict";
  const form = document.querySelector("[data-preview-form]");
  if (!form) return;
  const button = form.querySelector("[data-preview]");
  const holder = form.querySelector("[data-preview-frame]");
  let timer = 0, turn = 0;

  // A new frame each time: its first page leaves no step in the browser's history, and the old one stays until it is there.
  function refresh() {
    const fresh = holder.querySelector("iframe").cloneNode();
    fresh.removeAttribute("src");
    fresh.name = "previa-" + (++turn);
    fresh.classList.add("coming");
    holder.append(fresh);
    fresh.addEventListener("load", () => {
      if (fresh.name !== "previa-" + turn) { fresh.remove(); return; }
      fresh.classList.remove("coming");
      holder.querySelectorAll("iframe").forEach((frame) => { if (frame !== fresh) frame.remove(); });
    });
    button.formTarget = fresh.name;
    form.requestSubmit(button);
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "tela") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  });
  button.addEventListener("click", (event) => { if (event.isTrusted) { event.preventDefault(); refresh(); } });
})();
