// The menu of a row is made when somebody asks for it: fifty of them in the page would weigh more than the rows.
// Without this file the link simply opens the customer.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-row-menu]");
  const model = document.getElementById("menu-da-linha");
  if (!link || !model || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const menu = model.content.firstElementChild.cloneNode(true);
  const button = menu.querySelector("summary");
  button.setAttribute("aria-label", link.getAttribute("aria-label"));
  menu.querySelectorAll("a").forEach((item) => { item.href = link.getAttribute("href") + item.dataset.part; });
  link.replaceWith(menu);
  setTimeout(() => { menu.open = true; button.focus(); }); // after the click that closes other menus
});
