// Long selects with a search: the select stays what the form sends, a button beside it opens a list
// that narrows as one types. Without scripts the select itself is there.
(() => {
  const WIDE = 768;
  const { element, plain, rows } = window.rorPicker;
  const search = element("input", { type: "search", className: "form-control", autocomplete: "off", spellcheck: false });
  const list = element("div", { id: "picker-list", className: "picker-list" });
  const none = element("p", { className: "picker-none", hidden: true, textContent: "Nothing has all of these words." });
  const cancel = element("button", { type: "button", className: "btn", textContent: "Cancel", onclick: () => panel.close() });
  const head = element("div", { className: "picker-head" }, search, cancel);
  const panel = element("dialog", { className: "picker-panel" }, head, list, none);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "picker-list", "aria-autocomplete": "list" })) search.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  none.setAttribute("role", "status");
  let select = null;
  let active = null;
  let focused = "";

  const shown = () => [...list.querySelectorAll("[role=option]:not([hidden])")];
  const buttonOf = (one) => document.getElementById(`${one.id}_pick`);
  const textOf = (one) => one.selectedOptions[0]?.textContent ?? "";

  function activate(option) {
    active?.classList.remove("active");
    active = option ?? null;
    active?.classList.add("active");
    active?.scrollIntoView({ block: "nearest" });
    if (active) search.setAttribute("aria-activedescendant", active.id);
    else search.removeAttribute("aria-activedescendant");
  }

  function narrow() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    for (const option of list.querySelectorAll("[role=option]")) option.hidden = !words.every((word) => option.dataset.words.includes(word));
    for (const group of list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    none.hidden = shown().length > 0;
    activate(words.length ? shown()[0] : list.querySelector("[aria-selected=true]"));
  }

  // Beside its button where there is room; on a phone the style sheet lets it fill the screen.
  function place(button) {
    panel.removeAttribute("style");
    if (innerWidth < WIDE) return;
    const box = button.getBoundingClientRect();
    const width = Math.max(box.width, 416);
    const height = Math.min(480, innerHeight - 32);
    const top = Math.max(16, Math.min(box.top, innerHeight - height - 16));
    Object.assign(panel.style, { left: `${Math.min(box.left, innerWidth - width - 16)}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  }

  function open(one, typed = "") {
    select = one;
    if (!panel.isConnected) document.body.append(panel);
    list.replaceChildren(...rows(one));
    const name = document.getElementById(`${one.id}_label`)?.textContent.trim() ?? "";
    panel.setAttribute("aria-label", name);
    search.setAttribute("aria-label", `Search: ${name}`);
    search.placeholder = `Search ${one.options.length - 1} choices`;
    search.value = typed;
    place(buttonOf(one));
    panel.showModal();
    search.focus();
    narrow();
  }

  function choose(option) {
    if (!option || option.getAttribute("aria-disabled")) return;
    panel.close();
    select.selectedIndex = Number(option.id.slice("picker-".length));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    const options = shown();
    const at = options.indexOf(active);
    const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? options.length - 1 : at - 1, PageDown: at + 8, PageUp: at - 8 };
    if (event.key === "Enter") choose(active);
    else if (event.key === "Escape") panel.close();
    else if (event.key in steps) activate(options[Math.max(0, Math.min(options.length - 1, steps[event.key]))]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", ({ target }) => choose(target.closest("[role=option]")));
  panel.addEventListener("click", (event) => event.target === panel && panel.close());

  function enhance(one) {
    const label = document.querySelector(`label[for="${one.id}"]`);
    const button = element("button", { type: "button", id: `${one.id}_pick`, title: one.title, textContent: textOf(one) });
    one.dataset.picker = "";
    one.tabIndex = -1;
    one.setAttribute("aria-hidden", "true");
    button.setAttribute("aria-haspopup", "dialog");
    if (label) {
      label.id = `${one.id}_label`;
      label.htmlFor = button.id;
      if (label.textContent.trim() !== button.textContent.trim()) button.setAttribute("aria-labelledby", `${label.id} ${button.id}`);
    }
    button.onclick = () => open(one);
    button.onfocus = () => (focused = button.id);
    button.onkeydown = (event) => {
      const isTyped = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isTyped && !["ArrowDown", "ArrowUp"].includes(event.key)) return;
      event.preventDefault();
      open(one, isTyped ? event.key : "");
    };
    one.addEventListener("change", () => (button.textContent = textOf(one)));
    one.after(button);
  }

  function enhanceAll() {
    for (const one of document.querySelectorAll("select[data-search]:not([data-picker])")) enhance(one);
    // The button that was left when the form was swapped is a new one.
    if (document.activeElement === document.body && focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", ({ target }) => {
    if (!panel.contains(target) && target.id !== focused) focused = "";
  });
  // Until a swap has settled a new select looks as the one before it did.
  function dress() {
    for (const one of document.querySelectorAll("select[data-picker]")) buttonOf(one).className = `${one.className} picker`;
  }

  for (const name of ["htmx:afterSwap", "htmx:afterSettle"]) {
    document.addEventListener(name, () => {
      enhanceAll();
      dress();
    });
  }
  enhanceAll();
  dress();
})();
