// What scrolls inside itself can be scrolled by keyboard: it takes the focus and has a name, as long
// as there is something to scroll.
(() => {
  const REGIONS = ".table-responsive, .table-scroll, pre";

  function nameOf(region) {
    const part = region.closest("section, article, .card, main");
    const heading = part?.querySelector("h1, h2, h3, caption")?.textContent.trim().replace(/\s+/g, " ");
    const way = region.scrollWidth > region.clientWidth ? "scrolls sideways" : "scrolls";
    return `${heading || (region.tagName === "PRE" ? "Text" : "Table")}, ${way}`;
  }

  function settle(region) {
    const scrolls = region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight + 1;
    if (!scrolls) {
      for (const name of ["tabindex", "role", "aria-label"]) region.removeAttribute(name);
    } else if (!region.hasAttribute("role")) {
      region.tabIndex = 0;
      region.setAttribute("role", region.tagName === "PRE" ? "group" : "region");
      if (!region.hasAttribute("aria-label")) region.setAttribute("aria-label", nameOf(region));
    }
  }

  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => settle(target)));
  function watch(root) {
    for (const region of root.querySelectorAll?.(REGIONS) || []) {
      sizes.observe(region);
      settle(region);
    }
  }
  watch(document);
  document.addEventListener("htmx:afterSettle", ({ target }) => watch(target.parentElement || target));
})();
