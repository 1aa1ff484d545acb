"""axe-core in a page: what keeps people with a keyboard, a screen reader or weak eyes out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

SCRIPT = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"
NOT_INSTALLED = "axe-core is not installed: run `npm ci` (`make test` does)."
GRAVE = ("serious", "critical")
# Of the rules that cost points in Lighthouse's category, those that axe itself takes lightly.
SCORED = {
    "aria-allowed-role", "form-field-multiple-labels", "heading-order", "image-redundant-alt",
    "landmark-one-main", "meta-viewport", "skip-link", "table-duplicate-name",
}  # fmt: skip
# Lighthouse asks for these as well; axe does so only when told to.
MORE = ["label-content-name-mismatch", "table-fake-caption", "target-size", "td-has-header"]
# Swagger UI leaves a level out.
FOREIGN = 'heading-order at <h3 class="opblock-tag'
# In its light colours by all rules, in its dark ones by those of colours: the rest is the same.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
LOOKS = (("light", 1280), ("dark", 1280), ("dark", 390), ("light", 390))
HEIGHT, MOST_HEIGHT = 844, 12_000
RUN = """async ([part, more, only]) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const rules = Object.fromEntries(more.map((name) => [name, { enabled: true }]));
  const options = { resultTypes: ["violations"], rules };
  if (only) options.runOnly = { type: "rule", values: only };
  const { violations } = await axe.run(part || document, options);
  return violations.flatMap(({ id, impact, nodes }) => nodes.map((node) => [
    id, node.impact || impact, node.html.replace(/\\s+/g, " ").slice(0, 160),
    node.failureSummary.replace(/\\s+/g, " ").slice(0, 240),
  ]));
}"""


# Charts are drawn as they come near: a page is judged with all of them.
SHOW_CHARTS = """async () => {
  const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (const el of document.querySelectorAll("main .chart")) {
    el.scrollIntoView();
    await settled();
    await settled();
  }
  scrollTo(0, 0);
}"""


class Finding(NamedTuple):
    rule: str
    impact: str
    element: str
    summary: str

    def __str__(self) -> str:
        return f"{self.impact} {self.rule} at {self.element}: {self.summary}"

    @property
    def is_grave(self) -> bool:
        is_foreign = f"{self.rule} at {self.element}".startswith(FOREIGN)
        return not is_foreign and (self.impact in GRAVE or self.rule in SCORED)


def context_of(browser: Browser, url: str) -> BrowserContext:
    """One whose pages can be audited; nothing moves in it, so colours are what they will be."""
    assert SCRIPT.is_file(), NOT_INSTALLED
    context = browser.new_context(base_url=url, reduced_motion="reduce")
    context.add_init_script(path=SCRIPT)
    return context


def grave(page: Page, part: str | None = None) -> list[str]:
    """What keeps somebody out of the page as it is, in both themes, wide and narrow.

    Of the `part` alone when something has opened over the rest.
    """
    found = []
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        _give_room(page, width)
        rows = page.evaluate(RUN, [part, MORE, OF_COLOURS if theme == "dark" else None])
        look = f"{page.url}, {theme}, {width} px"
        found += [f"{look}: {one}" for one in (Finding(*row) for row in rows) if one.is_grave]
    return found


def show_charts(page: Page) -> None:
    page.evaluate(SHOW_CHARTS)


def nameless(page: Page) -> list[str]:
    """Names that nobody hears, since they are of no role. axe says so of empty elements only."""
    found = page.locator(":is(div, span)[aria-label]:not([role])").evaluate_all(
        "every => every.map((one) => one.outerHTML.slice(0, 160))"
    )
    return [f"{page.url}: a name without a role: {one}" for one in found]


def _give_room(page: Page, width: int) -> None:
    """So high that nothing which sticks to an edge lies over something else."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    needed = page.evaluate("document.documentElement.scrollHeight")
    if needed > HEIGHT:
        page.set_viewport_size({"width": width, "height": min(needed, MOST_HEIGHT)})
