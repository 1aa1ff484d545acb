// A word beside what was pressed: why something was not done. It stays until the reader goes on.
(() => {
  let said = null;

  function forget() {
    said?.remove();
    said = null;
  }

  // Under the element, or above it where there is no room.
  function place(element) {
    const box = element.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - said.offsetWidth - 12);
    const below = box.bottom + 6 + said.offsetHeight < innerHeight;
    said.style.left = `${Math.max(12, left)}px`;
    said.style.top = `${below ? box.bottom + 6 : Math.max(12, box.top - said.offsetHeight - 6)}px`;
  }

  window.rorSay = (element, words) => {
    forget();
    said = document.createElement("div");
    said.className = "said";
    said.setAttribute("role", "alert");
    said.textContent = words;
    document.body.append(said);
    place(element?.isConnected ? element : document.getElementById("main"));
  };

  document.addEventListener("pointerdown", forget, true);
  addEventListener("scroll", forget, { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && forget());
})();
