"""``make pictures``: the README's pictures, taken on the very walk that the tests do. Writes ``docs/pictures/*.webp``."""

import io

from PIL import Image
from playwright.sync_api import Page

from fundcentre.local.paths import ROOT
from tests.browser import test_tour
from tests.browser.small_centre import small_centre
from tests.browser.tour import Tour
from tests.browser.visitor import open_chromium

FOLDER = ROOT / "docs" / "pictures"
BYTES_MAX = 150 * 1024
HEIGHT_MAX = 900
WANTED = {
    "import-result", "difference", "bank", "my-home", "verify", "customer", "matrix", "stopped", "wall",
}  # fmt: skip
WALK = (
    test_tour.test_1_an_employers_month_from_workbook_to_the_bank,
    test_tour.test_2_everything_ties_out,
    test_tour.test_3_the_employee_sees_it_and_proves_it,
    test_tour.test_4_the_counter_registers_and_the_accountants_claim,
    test_tour.test_5_a_stop_holds_within_two_seconds_and_is_lifted,
)


def shoot(name: str, page: Page) -> None:
    if name not in WANTED:
        return
    width = page.viewport_size["width"]
    page.evaluate("window.scrollTo(0, 0)")
    taken = page.screenshot(full_page=True, animations="disabled", caret="hide")
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture = picture.crop((0, 0, width, min(picture.height, HEIGHT_MAX)))
    file = FOLDER / f"{name}.webp"
    picture.save(file, "WEBP", lossless=True, quality=100, method=6)
    assert file.stat().st_size <= BYTES_MAX, f"{file} is larger than {BYTES_MAX} bytes"
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size:,} bytes", flush=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with small_centre() as centre, open_chromium() as chromium:
        tour = Tour(chromium, centre, shoot)
        for stage in WALK:
            stage(tour)
        tour.close()


if __name__ == "__main__":
    main()
