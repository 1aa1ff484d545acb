// A pack's parameters: those that mean nothing beside the chosen option step aside. Their values
// stay in the form; without this script they come and go when the pack is saved.
(() => {
  const dependents = document.querySelectorAll("[data-depends-on]");
  const follow = (control) => {
    for (const one of dependents) {
      if (one.dataset.dependsOn !== control.name || one.querySelector(".errorlist")) continue;
      one.hidden = !one.dataset.values.split(" ").includes(control.value);
    }
  };
  document.addEventListener("change", ({ target }) => follow(target));
  // A reload may bring back a choice that the page was not made with.
  for (const name of new Set([...dependents].map((one) => one.dataset.dependsOn))) {
    const control = document.getElementsByName(name)[0];
    if (control) follow(control);
  }
})();
