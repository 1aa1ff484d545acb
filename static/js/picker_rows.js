// What the list of a searched select shows: its options under the names of their packs, each with the
// words it is found by.
(() => {
  const element = (tag, attributes, ...children) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  };

  const plain = (text) => text.toLowerCase().normalize("NFKD");

  // Under the name of its pack an option says only what is its own: a code, then the words.
  function row(option, group) {
    const text = option.textContent.trim();
    const own = group && text.startsWith(`${group}: `) ? text.slice(group.length + 2) : text;
    const [code, ...words] = own.split(" – ");
    const made = element("div", { id: `picker-${option.index}`, className: "picker-option" }, element("span", { textContent: code }));
    if (words.length) made.append(element("small", { textContent: words.join(" – ") }));
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", String(option.selected));
    if (option.disabled) made.setAttribute("aria-disabled", "true");
    made.dataset.words = plain(`${text} ${option.value}`);
    return made;
  }

  const rows = (select) =>
    [...select.children].map((child) => {
      if (child.tagName !== "OPTGROUP") return row(child, "");
      const title = element("div", { className: "picker-group", textContent: child.label });
      title.setAttribute("aria-hidden", "true");
      const group = element("div", {}, title, ...[...child.children].map((option) => row(option, child.label)));
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", child.label);
      return group;
    });

  window.rorPicker = { element, plain, rows };
})();
