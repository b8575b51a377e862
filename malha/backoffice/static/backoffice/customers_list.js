// What a row offers is made when somebody comes to the row: fifty menus in the page would weigh more than the rows themselves.
// Without this file the three dots open the customer, and the phone number opens WhatsApp.
(function () {
  "use strict";
  const copyOf = (id) => { const model = document.getElementById(id); return model && model.content.firstElementChild.cloneNode(true); };

  function dress(event) {
    const row = event.target.closest && event.target.closest(".tbl tbody tr");
    const dots = row && row.querySelector("[data-row-menu][data-whatsapp]");
    const link = dots && copyOf("whatsapp-da-linha");
    if (!link) return;
    link.href = "https://wa.me/" + dots.dataset.whatsapp;
    dots.removeAttribute("data-whatsapp");
    dots.before(link);
  }
  document.addEventListener("pointerover", dress);
  document.addEventListener("focusin", dress);

  document.addEventListener("click", (event) => {
    const dots = event.target.closest("[data-row-menu]");
    const menu = dots && copyOf("menu-da-linha");
    if (!menu || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const button = menu.querySelector("summary");
    button.setAttribute("aria-label", dots.getAttribute("aria-label"));
    menu.querySelectorAll("a").forEach((item) => { item.href = dots.getAttribute("href") + item.dataset.part; });
    dots.replaceWith(menu);
    setTimeout(() => { menu.open = true; button.focus(); }); // after the click that closes other menus
  });
})();
