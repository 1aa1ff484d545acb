// What is typed beyond a field's limit stays and is said, instead of being cut without a word.
(() => {
  const TOLD_FROM = 0.9;

  // As the server counts: characters, and line ends as the two that are sent.
  const lengthOf = ({ value }) => [...value].length + (value.match(/\n/g) || []).length;

  function note(field) {
    const id = `${field.id || field.name}_limit`;
    const found = document.getElementById(id);
    if (found) return found;
    const made = Object.assign(document.createElement("div"), { id, className: "form-hint limit" });
    made.setAttribute("role", "status");
    field.after(made);
    return made;
  }

  function show(field) {
    const longest = Number(field.dataset.longest);
    const n = lengthOf(field);
    const isOver = n > longest;
    const text = isOver ? `At most ${longest} characters; these are ${n}.` : `${n} of ${longest} characters`;
    field.setCustomValidity(isOver ? text : "");
    if (n < TOLD_FROM * longest && !document.getElementById(`${field.id || field.name}_limit`)) return;
    const said = note(field);
    said.hidden = n < TOLD_FROM * longest;
    said.textContent = text;
    said.classList.toggle("limit-over", isOver);
  }

  function take(root) {
    for (const field of root.querySelectorAll?.("input[maxlength], textarea[maxlength]") || []) {
      field.dataset.longest = field.maxLength;
      field.removeAttribute("maxlength");
      show(field);
    }
  }

  document.addEventListener("input", ({ target }) => target.dataset?.longest && show(target));
  document.addEventListener("htmx:load", ({ detail }) => take(detail.elt));
  take(document);
})();
