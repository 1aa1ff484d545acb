"""Takes the picture of the README from a running `make dev`: docs/product.png.

.venv/bin/python scripts/picture.py [http://localhost:8000]
"""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trader.settings")
django.setup()

from tests.browser import browsing  # noqa: E402
from trader.demo import DEMO_EMAIL, DEMO_PASSWORD, RECORDED  # noqa: E402

TARGET = ROOT / "docs" / "product.png"
WIDTH, HEIGHT = 1280, 990
# Charts draw themselves once their data is there.
SETTLE_MS = 2500


def main(address: str) -> None:
    with browsing() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(f"{address}/accounts/login/?next=/strategies/")
        page.fill("input[name=login]", DEMO_EMAIL)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.get_by_role("link", name=str(RECORDED[1]["name"])).first.click()
        page.wait_for_load_state("networkidle")
        # What an alert says at this moment is not what the picture is of.
        page.add_style_tag(content="#toasts { display: none }")
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=TARGET)
    sys.stdout.write(f"wrote {TARGET.relative_to(ROOT)}, {TARGET.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main((sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000").rstrip("/"))
