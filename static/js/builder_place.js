// Where things of the builder lie: beside a long result its form ends above the fold, and the line
// of the result at the foot of the screen goes when the result itself is in sight.
(() => {
  const form = () => document.getElementById("builder-form");

  function settle() {
    const top = form()?.getBoundingClientRect().top ?? 0;
    const bar = document.querySelector(".top")?.offsetHeight ?? 0;
    document.documentElement.style.setProperty("--form-top", `${Math.max(top, bar + 16)}px`);
  }

  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      target.querySelector(".result-bar")?.toggleAttribute("data-seen", isIntersecting);
    }
  }, { rootMargin: "0px 0px -33% 0px" });
  function watch() {
    sight.disconnect();
    for (const panel of document.querySelectorAll(".builder .result")) sight.observe(panel);
  }

  let isWaiting = false;
  function soon() {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => { isWaiting = false; settle(); });
  }
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  document.addEventListener("htmx:afterSettle", () => { soon(); watch(); });
  settle();
  watch();
})();
