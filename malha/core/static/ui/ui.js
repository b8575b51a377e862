// Behaviour of the panel: delegated listeners on data-* attributes, nothing that a page needs in order to work.
// What each attribute does: docs/howto/ui.md.
(function () {
  "use strict";
  const doc = document;
  const one = (css, root) => (root || doc).querySelector(css);
  const all = (css, root) => [...(root || doc).querySelectorAll(css)];
  const words = (one("#frases") || doc.body).dataset;
  const announce = (text) => { const live = one("#live"); if (live) live.textContent = text; };
  const cookie = (name) => (doc.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)")) || [])[1] || "";
  const isField = (el) => el.matches("input:not([type=checkbox]):not([type=radio]):not([type=button]),textarea,select,[contenteditable]");

  // --- dialogs, menus, sidebar ---------------------------------------------------------------------
  function openDialog(id) {
    const dialog = doc.getElementById(id);
    if (!dialog || !dialog.showModal || dialog.open) return false;
    dialog.showModal();
    return true;
  }

  function isOutside(dialog, event) {
    const box = dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  }

  // A table scrolls sideways and would cut a menu off, so there it is fixed to the window.
  const openedAt = new WeakMap(); // where the button of an open menu stood, from the top of the window
  function placeMenu(menu) {
    const pop = one(".pop", menu);
    pop.style.cssText = "";
    const button = one("summary", menu).getBoundingClientRect();
    openedAt.set(menu, button.top);
    if (!menu.open || !menu.closest(".tw,.blk,.chips")) return;
    const size = pop.getBoundingClientRect();
    const below = button.bottom + 4 + size.height < innerHeight;
    pop.style.position = "fixed";
    pop.style.bottom = "auto";
    pop.style.right = "auto";
    pop.style.top = (below ? button.bottom + 4 : Math.max(8, button.top - size.height - 8)) + "px";
    const left = menu.matches(".chipmenu") ? button.left : button.right - size.width;
    pop.style.left = Math.min(Math.max(8, left), innerWidth - size.width - 8) + "px";
  }

  function closeMenus(except) {
    all("details[data-menu][open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  }

  function toggleSidebar(open) {
    const button = one("[data-side]");
    doc.body.classList.toggle("menu", open);
    if (button) button.setAttribute("aria-expanded", String(open));
    if (open) { const first = one(".side a"); if (first) first.focus(); } else if (button) button.focus();
  }

  doc.addEventListener("toggle", (event) => {
    if (!event.target.matches("details[data-menu]")) return;
    placeMenu(event.target);
    const actions = event.target.closest(".rowact"); // seen only under the pointer, unless its menu is open
    if (actions) actions.classList.toggle("show", event.target.open);
  }, true);
  // Only what has moved: the page that scrolled to bring the button into view says so after the menu is open.
  addEventListener("scroll", () => {
    all("details[data-menu][open]").forEach((menu) => {
      if (Math.abs(one("summary", menu).getBoundingClientRect().top - (openedAt.get(menu) ?? NaN)) > 1) menu.open = false;
    });
  }, { passive: true });

  // --- clicks --------------------------------------------------------------------------------------
  const clicks = {
    open(el, event) { if (openDialog(el.dataset.open)) event.preventDefault(); },
    close(el) { el.closest("dialog").close(); },
    side(el, event) { event.preventDefault(); toggleSidebar(!doc.body.classList.contains("menu")); },
    dismiss(el) { el.closest(".note").remove(); },
    reveal(el) {
      const input = doc.getElementById(el.dataset.reveal);
      const shows = input.type === "password";
      input.type = shows ? "text" : "password";
      el.setAttribute("aria-pressed", String(shows));
      el.setAttribute("aria-label", shows ? words.hide : words.show);
    },
    generate(el) {
      const input = doc.getElementById(el.dataset.generate);
      const signs = "abcdefghjkmnpqrstuvwxyz23456789"; // no l, i, o, 0, 1: they are read out on the phone
      const random = [...crypto.getRandomValues(new Uint32Array(10))].map((n) => signs[n % signs.length]);
      input.value = random.slice(0, 5).join("") + "-" + random.slice(5).join("");
      input.type = "text";
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    copy(el) {
      const source = doc.getElementById(el.dataset.copy);
      const text = (source.value || source.textContent).trim();
      const label = one("[data-copy-label]", el) || el;
      const done = () => {
        const before = label.textContent;
        label.textContent = words.copied;
        announce(words.copied);
        setTimeout(() => { label.textContent = before; }, 2200);
      };
      if (navigator.clipboard && isSecureContext) { navigator.clipboard.writeText(text).then(done); return; }
      const area = doc.createElement("textarea"); // plain http in the office network has no clipboard API
      area.value = text;
      doc.body.appendChild(area);
      area.select();
      if (doc.execCommand("copy")) done();
      area.remove();
    },
  };

  doc.addEventListener("click", (event) => {
    const menu = event.target.closest("details[data-menu]");
    closeMenus(menu);
    for (const name of Object.keys(clicks)) {
      const el = event.target.closest("[data-" + name + "]");
      if (el) { clicks[name](el, event); return; }
    }
    if (event.target.tagName === "DIALOG" && isOutside(event.target, event)) event.target.close();
    if (doc.body.classList.contains("menu") && !event.target.closest(".side")) toggleSidebar(false);
  });

  // --- theme ---------------------------------------------------------------------------------------
  doc.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const html = doc.documentElement;
    const next = html.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    html.dataset.theme = next;
    html.setAttribute("data-bs-theme", next);
    form.elements.theme.value = next;
    send(form.action, new FormData(form));
  });

  function send(url, body) {
    return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true" } });
  }

  // --- global search -------------------------------------------------------------------------------
  const palette = one("#paleta");
  if (palette) {
    const input = one("input", palette);
    const list = one("ul", palette);
    let timer = 0, asked = 0;
    const options = () => all("[role=option]", list);
    const current = () => one("[aria-selected=true]", list);

    const mark = (option) => {
      options().forEach((el) => {
        el.setAttribute("aria-selected", String(el === option));
        const inner = el.matches(".o") ? el : one(".o", el);
        if (inner) inner.classList.toggle("on", el === option);
      });
      if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
      else input.removeAttribute("aria-activedescendant");
    };
    const show = (html) => {
      list.innerHTML = html;
      options().forEach((el, n) => { if (!el.id) el.id = "pal-" + n; });
      one("#pal-vazio").hidden = Boolean(input.value.trim());
      one("#pal-nada").hidden = !input.value.trim() || options().length > 0;
      input.setAttribute("aria-expanded", String(options().length > 0));
      mark(options()[0]);
    };
    const ask = async () => {
      const q = input.value.trim(), turn = ++asked;
      if (!q) { show(""); return; }
      const answer = await fetch(palette.dataset.search + "?q=" + encodeURIComponent(q), { headers: { "HX-Request": "true" } });
      if (turn !== asked) return; // a later key was faster
      if (isLoggedOut(answer)) { palette.close(); askLogin(); return; }
      show(answer.ok ? await answer.text() : "");
    };
    const follow = (option) => {
      if (!option) return;
      const target = option.dataset.href || (one("[data-href]", option) || { dataset: {} }).dataset.href;
      if (target) location.assign(target);
    };
    const move = (step) => {
      const found = options();
      if (found.length) mark(found[(found.indexOf(current()) + step + found.length) % found.length]);
    };
    const shortcut = (key) => follow(one('[role=option][data-alt="' + key + '"]', list));

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => ask().catch(() => show("")), 120); });
    palette.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
      else if (event.key === "Enter") { event.preventDefault(); follow(current()); }
      else if (event.altKey && /^[rl]$/i.test(event.key)) { event.preventDefault(); shortcut(event.key.toLowerCase()); }
    });
    list.addEventListener("click", (event) => follow(event.target.closest("[role=option]")));
  }

  function openPalette() {
    if (palette && openDialog("paleta")) { const input = one("input", palette); input.focus(); input.select(); }
  }

  // --- keyboard ------------------------------------------------------------------------------------
  let after_g = 0;
  const rows = () => all(".tbl tbody tr").filter((row) => one("a.nm,[data-sel]", row));

  function moveRow(step) {
    const found = rows();
    if (!found.length) return;
    const at = found.findIndex((row) => row.classList.contains("cur"));
    const row = found[Math.min(Math.max(at + step, 0), found.length - 1)];
    found.forEach((el) => el.classList.toggle("cur", el === row));
    (one("a.nm", row) || one("[data-sel]", row)).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    "/"() { const box = one("[data-filter]"); if (box) { box.focus(); box.select(); } return box; },
    n() { const link = one("[data-new]") || one(".btn-novo"); if (link) link.click(); return link; },
    g() { after_g = Date.now(); return true; },
    j() { moveRow(1); return true; },
    k() { moveRow(-1); return true; },
    x() { const box = one("tr.cur [data-sel]"); if (box) box.click(); return box; },
    "?"() { return openDialog("atalhos"); },
  };

  function save() {
    const button = one("dialog[open] [data-save]") || one("[data-save]");
    const form = one("dialog[open] form[method=post]") || one("form[data-save-form]");
    if (button) button.click(); else if (form) form.requestSubmit();
    return button || form;
  }

  doc.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      if (key === "k") { event.preventDefault(); openPalette(); }
      if (key === "s" && save()) event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      const menu = one("details[data-menu][open]");
      if (menu) { menu.open = false; one("summary", menu).focus(); }
      else if (doc.body.classList.contains("menu")) toggleSidebar(false);
      return;
    }
    if (doc.body.dataset.keys !== "1" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (isField(event.target) || one("dialog[open]")) return;
    if (after_g && Date.now() - after_g < 1500) {
      after_g = 0;
      const link = one('[data-go="' + CSS.escape(key) + '"]');
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (keys[event.key] || keys[key]) { if ((keys[event.key] || keys[key])()) event.preventDefault(); }
  });

  // --- selection of rows ---------------------------------------------------------------------------
  function syncSelection() {
    const boxes = all("[data-sel]"), chosen = boxes.filter((box) => box.checked), head = one("[data-sel-all]");
    boxes.forEach((box) => box.closest("tr").classList.toggle("sel", box.checked));
    if (head) {
      head.checked = boxes.length > 0 && chosen.length === boxes.length;
      head.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    all("[data-bulk]").forEach((bar) => {
      bar.classList.toggle("on", chosen.length > 0);
      const said = one("[data-count]", bar);
      said.textContent = chosen.length === 1 ? said.dataset.one : said.dataset.many.replace("{n}", chosen.length);
      const whole = one("[data-bulk-all]", bar);
      if (whole) { whole.hidden = !(head && head.checked); if (whole.hidden) one("input", whole).checked = false; }
    });
  }

  doc.addEventListener("change", (event) => {
    const el = event.target;
    if (el.matches("[data-sel-all]")) { all("[data-sel]").forEach((box) => { box.checked = el.checked; }); syncSelection(); }
    else if (el.matches("[data-sel]")) syncSelection();
    else if (el.matches(".opt-card input")) {
      all('.opt-card input[name="' + CSS.escape(el.name) + '"]').forEach((input) => input.closest(".opt-card").classList.toggle("on", input.checked));
    }
  });

  // --- masks ---------------------------------------------------------------------------------------
  const masks = {
    cpfcnpj: () => ({
      mask: [
        { mask: "000.000.000-00" },
        { mask: "**.***.***/****-00", definitions: { "*": /[0-9A-Za-z]/ }, prepareChar: (sign) => sign.toUpperCase() },
      ],
      dispatch(added, masked) {
        const typed = (masked.value + added).replace(/[^0-9A-Za-z]/g, "");
        return masked.compiledMasks[typed.length > 11 || /[A-Za-z]/.test(typed) ? 1 : 0];
      },
    }),
    fone: () => ({
      mask: [{ mask: "(00) 0000-0000" }, { mask: "(00) 00000-0000" }, { mask: "0000 000 0000" }, { mask: /^\+[0-9 ]{0,18}$/ }],
      prepare(chunk) { // pasted with the country code or the trunk zero
        const digits = chunk.replace(/\D/g, "");
        if (/^55\d{10,11}$/.test(digits)) return digits.slice(2);
        return /^0[1-9]\d{9,10}$/.test(digits) && !/^0[3589]00/.test(digits) ? digits.slice(1) : chunk;
      },
      dispatch(added, masked) {
        const typed = masked.value + added, digits = typed.replace(/\D/g, "");
        return masked.compiledMasks[typed.startsWith("+") ? 3 : /^0[3589]00/.test(digits) ? 2 : digits.length > 10 ? 1 : 0];
      },
    }),
    cep: () => ({ mask: "00000-000" }),
    data: () => ({ mask: "00/00/0000", prepare: (chunk) => chunk.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1") }),
  };

  // Amounts are put in order on leaving the field, as the server reads them: 1234,56 · 1.234,56 · 1234.56.
  function tidyAmount(typed) {
    const text = typed.replace(/\s|R\$/g, "");
    const parts = /^(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$/.exec(text) || /^(-?)(\d+)\.(\d{1,2})$/.exec(text);
    if (!parts) return typed;
    const whole = parts[2].replace(/\./g, "").replace(/^0+(?=\d)/, "");
    return parts[1] + whole.replace(/\B(?=(\d{3})+$)/g, ".") + "," + (parts[3] || "").padEnd(2, "0");
  }

  doc.addEventListener("change", (event) => {
    if (event.target.matches("[data-mask=moeda]")) event.target.value = tidyAmount(event.target.value);
  }, true);

  function putMasks(root) {
    if (!window.IMask) return;
    all("[data-mask]", root).forEach((input) => {
      if (input.dataset.masked || !masks[input.dataset.mask]) return;
      const value = input.value;
      input.dataset.masked = "1";
      const mask = IMask(input, masks[input.dataset.mask]());
      if (value && !mask.value) { mask.destroy(); input.value = value; } // what the mask cannot hold is left for the server to judge
    });
  }

  // --- htmx ----------------------------------------------------------------------------------------
  doc.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = cookie("csrftoken"); });
  doc.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    putMasks(root);
    syncSelection();
    const said = one("[data-announce]", root);
    if (said) announce(said.textContent.trim().replace(/\s+/g, " "));
    focusFirstError(root);
    const dialog = root.matches && (root.matches("dialog[data-show]") ? root : one("dialog[data-show]", root));
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
  });
  const fails = () => announce(words.failed);
  doc.addEventListener("htmx:sendError", fails);
  doc.addEventListener("htmx:responseError", fails);

  function focusFirstError(root) {
    const wrong = one("[aria-invalid=true],.group-bad,[data-form-errors]", root);
    if (wrong) wrong.focus();
  }

  // --- the session ended while a form was half filled ------------------------------------------------
  // Several requests of one page find it out at the same moment: the dialog opens once, and what was typed in it stays.
  const waiting = new Map(); // element → what to do again after the login
  let asking = false, loggedInAt = 0;

  function isLoginPath(url) {
    const login = doc.body.dataset.login;
    return Boolean(login && url && new URL(url, location.href).pathname === new URL(login, location.href).pathname);
  }
  function isLoggedOut(answer) {
    return answer.status === 401 || isLoginPath(answer.headers.get("HX-Redirect")) || (answer.redirected && isLoginPath(answer.url));
  }

  async function askLogin(elt, again) {
    const dialog = one("#dialogo-entrar");
    if (!dialog) { location.assign(doc.body.dataset.login); return; }
    if (elt) waiting.set(elt, again);
    if (asking || dialog.open) return;
    asking = true;
    try {
      const answer = await fetch(doc.body.dataset.login + "?dialogo=1", { headers: { "HX-Request": "true" } });
      one("[data-login-body]", dialog).innerHTML = await answer.text();
      dialog.showModal();
    } catch { fails(); return; } finally { asking = false; }
    const first = one("input:not([type=hidden])", dialog);
    if (first) first.focus();
  }

  doc.addEventListener("submit", async (event) => {
    const body = event.target.closest("[data-login-body]");
    if (!body) return;
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form, event.submitter);
    data.set("csrfmiddlewaretoken", cookie("csrftoken"));
    const answer = await send(form.getAttribute("action") || doc.body.dataset.login + "?dialogo=1", data).catch(() => null);
    if (!answer) { fails(); return; }
    const html = await answer.text();
    if (!answer.ok || /type="password"/.test(html)) { body.innerHTML = html; focusFirstError(body); return; }
    // Logging in changes the token: forms that stand on this page carry the old one.
    all("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = cookie("csrftoken"); });
    loggedInAt = performance.now();
    body.innerHTML = "";
    body.closest("dialog").close();
    const todo = [...waiting.values()];
    waiting.clear();
    todo.forEach((again) => again());
  });

  // Closed without a login: what was waiting is not sent later behind somebody's back.
  doc.addEventListener("close", (event) => { if (event.target.id === "dialogo-entrar") waiting.clear(); }, true);

  const begun = new WeakMap(); // request → when it was sent
  doc.addEventListener("htmx:beforeRequest", (event) => { begun.set(event.detail.xhr, performance.now()); });
  doc.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt, requestConfig } = event.detail;
    if (xhr.status !== 401 && !isLoginPath(xhr.getResponseHeader("HX-Redirect")) && !isLoginPath(xhr.responseURL)) return;
    event.preventDefault();
    const cause = requestConfig && requestConfig.triggeringEvent;
    const again = () => {
      if (elt.matches("form")) elt.requestSubmit();
      else if (cause) elt.dispatchEvent(new Event(cause.type, { bubbles: true, cancelable: true }));
    };
    if (begun.get(xhr) < loggedInAt) again(); // it left before the login and came back after it
    else askLogin(elt, again);
  });

  // --- start ---------------------------------------------------------------------------------------
  putMasks(doc);
  syncSelection();
  focusFirstError(doc);
  all("dialog[data-show]").forEach((dialog) => { if (dialog.showModal && !dialog.open) { dialog.removeAttribute("open"); dialog.showModal(); } });
})();
