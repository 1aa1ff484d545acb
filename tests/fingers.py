"""Fingers on a page's screen, as the browser feels them: moved step by step, one or two at once."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import CDPSession, Locator, Page

STEPS = 12
STEP_MS = 16
SETTLE_MS = 400

Point = tuple[float, float]


class Fingers:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)

    def swipe(self, start: Point, move: Point) -> None:
        self.move([(start, (start[0] + move[0], start[1] + move[1]))])

    def spread(self, middle: Point, before: float, after: float) -> None:
        """Two fingers, so far from the middle on either side, drawn apart sideways."""
        x, y = middle
        self.move([((x + s * before, y), (x + s * after, y)) for s in (-1, 1)])

    def move(self, ways: list[tuple[Point, Point]]) -> None:
        self._send("touchStart", (start for start, _ in ways))
        for step in range(1, STEPS + 1):
            share = step / STEPS
            places = [(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in ways]
            self._send("touchMove", places)
            self.page.wait_for_timeout(STEP_MS)
        self._send("touchEnd", ())
        # What has been thrown comes to rest.
        self.page.wait_for_timeout(SETTLE_MS)

    def _send(self, kind: str, places: Iterable[Point]) -> None:
        points = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def middle_of(part: Locator) -> Point:
    """Of what of it is in sight."""
    box = part.bounding_box()
    assert box is not None, f"{part} is not shown"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
