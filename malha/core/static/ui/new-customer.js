// The new-customer page, where it goes beyond what works without a script: a field is checked when it is left, the CEP fills the
// address, accesses are dialogs. Everything that is decided is decided by the server.
(function () {
  "use strict";
  const doc = document;
  const form = doc.getElementById("novo");
  if (!form || !window.htmx) return;
  const all = (css, root) => [...(root || doc).querySelectorAll(css)];
  const named = (name) => form.elements.namedItem(name);
  const tell = (el, name) => el.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  const controls = "input:not([type=hidden]),select,textarea";

  // --- a field was left ------------------------------------------------------------------------------
  let before = null;
  form.addEventListener("focusin", (event) => { if (event.target.matches(controls)) before = { el: event.target, value: event.target.value }; });
  form.addEventListener("focusout", (event) => {
    const el = event.target;
    if (!before || before.el !== el || before.value === el.value || !el.isConnected) return;
    if (el.matches("select,[type=radio],[type=checkbox]")) return; // these say so themselves, below
    left(el);
  });
  form.addEventListener("change", (event) => {
    const el = event.target;
    if (before && before.el === el) before.value = el.value;
    if (el.name === "customer-person_type") relabel();
    if (el.name === "contract-has_service_address") doc.getElementById("instalacao").classList.toggle("if-elsewhere", !el.checked);
    left(el);
  });

  function left(el) {
    const cell = el.closest("[data-field]");
    if (!cell) return;
    if (before && before.el === el) before.value = el.value;
    if (cell.matches("[data-cep]")) findAddress(el, cell);
    else if (cell.hasAttribute("hx-post")) tell(cell, "saiu");
    else tell(form, "resumo");
  }

  // --- what the server said about it -------------------------------------------------------------------
  doc.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, successful } = event.detail;
    if (!successful || !elt.matches("[data-field]")) return;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-result]");
    if (!answer) return;
    say(elt, answer);
    const wrong = answer.dataset.wrong.split(" ");
    all("[data-field]", form).filter((cell) => cell !== elt && !wrong.includes(cell.dataset.field)).forEach(clear);
  });

  function say(cell, answer) {
    const control = cell.querySelector(controls), told = answer.querySelector(controls);
    const group = cell.querySelector("[role=radiogroup],[role=group]"), toldGroup = answer.querySelector("[role=radiogroup],[role=group]");
    all(".hint", cell).forEach((hint) => hint.remove());
    cell.append(...all(".hint", answer));
    if (group && toldGroup) group.classList.toggle("group-bad", toldGroup.classList.contains("group-bad"));
    if (!control || !told) return;
    ["is-bad", "is-ok"].forEach((name) => control.classList.toggle(name, told.classList.contains(name)));
    ["aria-invalid", "aria-describedby"].forEach((name) => {
      if (told.hasAttribute(name)) control.setAttribute(name, told.getAttribute(name)); else control.removeAttribute(name);
    });
  }

  function clear(cell) {
    if (!cell.querySelector(".hint.bad")) return;
    all(".hint.bad", cell).forEach((hint) => hint.remove());
    all(".is-bad", cell).forEach((el) => { el.classList.remove("is-bad"); el.removeAttribute("aria-invalid"); });
    all(".group-bad", cell).forEach((el) => el.classList.remove("group-bad"));
  }

  // --- Física or Jurídica: other labels, the same contents ------------------------------------------------
  function relabel() {
    const kind = form.querySelector("[name=customer-person_type]:checked").value.toLowerCase();
    all("[data-individual]", form).forEach((words) => {
      const cell = form.querySelector('[data-field="' + words.dataset.for + '"]');
      const text = cell && [...cell.querySelector("label").childNodes].find((node) => node.nodeType === 3);
      if (text) text.data = words.dataset[kind] + " ";
    });
    ["customer-cpf_cnpj", "customer-rg_ie"].forEach((name) => {
      if (named(name).value) tell(named(name).closest("[data-field]"), "saiu");
    });
  }

  // --- CEP ---------------------------------------------------------------------------------------------
  async function findAddress(input, cell) {
    const prefix = input.name.replace("cep", "");
    const filled = ["street", "district", "city", "uf"];
    const typed = input.value.replace(/\D/g, "");
    tell(cell, "saiu");
    if (typed.length !== 8) return;
    const found = named(prefix + "found");
    const body = new URLSearchParams({ cep: typed, csrfmiddlewaretoken: named("csrfmiddlewaretoken").value });
    const headers = { "X-CSRFToken": named("csrfmiddlewaretoken").value, "X-Requested-With": "fetch" };
    const answer = await fetch(form.dataset.cepUrl, { method: "POST", body, headers }).then((r) => (r.ok ? r.json() : null)).catch(() => null);
    if (!answer || input.value.replace(/\D/g, "") !== typed) return;
    const earlier = found.value.split(",");
    const names = filled.filter((name) => answer.fields[name] && (!named(prefix + name).value || earlier.includes(name)));
    names.forEach((name) => { named(prefix + name).value = answer.fields[name]; named(prefix + name).classList.add("fauto"); });
    found.value = names.join(",");
    named(prefix + "ibge").value = answer.ibge;
    all(".hint", cell).forEach((hint) => hint.remove());
    const hint = doc.createElement("div");
    hint.className = answer.outcome === "FOUND" ? "hint ok" : "hint";
    hint.textContent = answer.sentence;
    hint.setAttribute("role", "status");
    cell.append(hint);
    input.classList.toggle("is-ok", answer.outcome === "FOUND");
    if (!names.length) return;
    const next = named(prefix + (answer.fields.street ? "number" : "street"));
    const active = doc.activeElement;
    // Whoever went on to another field by then is not called back.
    if (active === doc.body || active === input || active === named(prefix + "street")) next.focus();
    tell(input, "input");
    tell(form, "resumo");
  }

  form.addEventListener("input", (event) => {
    const el = event.target;
    if (el.classList.contains("fauto")) {
      const prefix = el.name.split("-")[0] + "-", found = named(prefix + "found");
      el.classList.remove("fauto");
      found.value = found.value.split(",").filter((name) => prefix + name !== el.name).join(",");
    }
    // The eighth digit is the end of a CEP: nobody needs to press Tab for it.
    if (event.isTrusted && el.matches("[data-cep] input") && el.value.replace(/\D/g, "").length === 8) left(el);
  });

  // --- accesses are dialogs ------------------------------------------------------------------------------
  function cancelAccess(dialog) {
    const remove = dialog.querySelector("[data-remove-access]");
    dialog.close();
    if (dialog.hasAttribute("data-fresh")) { remove.click(); return; }
    all(controls, dialog).forEach((el) => { // back to what the server drew
      if (el.matches("[type=checkbox],[type=radio]")) el.checked = el.defaultChecked;
      else if (el.tagName === "SELECT") [...el.options].forEach((option) => { option.selected = option.defaultSelected; });
      else el.value = el.defaultValue;
    });
    all("[data-field]", dialog).forEach(clear);
    tell(form, "resumo");
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cancel-access]");
    if (button) cancelAccess(button.closest("dialog"));
  });
  form.addEventListener("cancel", (event) => { // Esc
    if (!event.target.matches(".dlg-in-page")) return;
    event.preventDefault();
    cancelAccess(event.target);
  }, true);

  // Enter inside the dialog is its own Cadastrar, not the page's.
  form.addEventListener("keydown", (event) => {
    const dialog = event.target.closest(".dlg-in-page");
    if (event.key !== "Enter" || !dialog || !event.target.matches("input:not([type=checkbox]):not([type=radio])")) return;
    event.preventDefault();
    dialog.querySelector("[data-save]").click();
  });

  // --- the links of what is missing ------------------------------------------------------------------------
  doc.addEventListener("click", (event) => {
    const link = event.target.closest("[data-jump]");
    if (!link) return;
    event.preventDefault();
    const dialog = link.dataset.access !== undefined && doc.getElementById("acesso-" + link.dataset.access);
    if (dialog && !dialog.open) dialog.showModal();
    const target = doc.getElementById(link.hash.slice(1));
    if (!target) return;
    const fold = target.closest("details");
    if (fold) fold.open = true;
    target.focus();
    target.scrollIntoView({ block: "center" });
  });
})();
