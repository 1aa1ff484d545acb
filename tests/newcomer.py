"""A newcomer's first quarter of an hour, from an empty account to a received webhook."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

PASSWORD = "an-unlikely-passphrase"
SET_UP = "EMA cross"
# The first result may wait for the engine to be compiled; an alert waits for the market.
PATIENCE_MS = 240_000


@dataclass
class Newcomer:
    """Walks through the pages by what is to be seen there, and counts the clicks."""

    page: Page
    email: str
    n_clicks: int = 0
    # Seconds from the first page to the end of each step.
    seen: dict[str, float] = field(default_factory=dict)

    def click(self, target: Locator) -> None:
        target.click()
        self.n_clicks += 1

    def sign_up(self) -> None:
        self.page.goto("/accounts/signup/")
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.locator("input[name=password1]").fill(PASSWORD)
        second = self.page.locator("input[name=password2]")
        if second.count():
            second.fill(PASSWORD)
        self.click(self.page.get_by_role("button", name="Create account"))
        expect(self.page.get_by_role("heading", name="Dashboard")).to_be_visible()

    def choose_set_up(self) -> None:
        """Its result comes by itself, with costs and a verdict."""
        self.click(self.page.get_by_role("link", name="Create your first strategy"))
        self.click(self.page.get_by_role("link", name=SET_UP))
        expect(self.page.locator(".kpi").first).to_be_visible(timeout=PATIENCE_MS)
        expect(self.page.locator(".verdict")).to_contain_text("These bars are made up.")
        expect(self.page.get_by_text("Break-even at")).to_be_visible()

    def save(self) -> None:
        self.click(self.page.get_by_role("button", name="Save strategy"))
        expect(self.page.get_by_role("heading", name=SET_UP)).to_be_visible()

    def monitor(self) -> None:
        main = self.page.locator("main")
        self.click(main.get_by_role("switch", name="Monitored"))
        self.click(main.get_by_role("button", name="Start monitor"))
        expect(main.get_by_role("button", name="Start monitor")).to_have_count(0)

    def see_alert(self) -> None:
        """The row comes to the open page."""
        self.click(self.page.get_by_role("link", name="Its alerts"))
        expect(self.page.locator("tr.alert-row").first).to_be_visible(timeout=PATIENCE_MS)

    def reach_echo_bot(self) -> None:
        self.click(self.page.locator("nav").get_by_role("link", name="Webhooks"))
        self.click(self.page.get_by_role("button", name="Try it with the echo bot"))
        expect(self.page.get_by_role("heading", name="Echo bot")).to_be_visible()

    def walk(self) -> None:
        began = time.monotonic()
        for step in (
            self.sign_up,
            self.choose_set_up,
            self.save,
            self.monitor,
            self.see_alert,
            self.reach_echo_bot,
        ):
            step()
            self.seen[step.__name__] = time.monotonic() - began
