"""A report is good to read in Chromium: wide, narrow, dark and printed; it asks for nothing and axe finds nothing."""

from importlib.resources import files

import msgspec
import pytest

from dicomsig.conformance.editions import edition
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result, Subject
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.folder import ReportFolder
from dicomsig.reporting.start import start_run

pytestmark = pytest.mark.browser

PAGES = [(name, page) for name in ("signer", "verifier", "well") for page in ("report.html", "requirements.html")]
PAGES += [("archive", "report.html"), ("compared", "runs.html"), ("compared", "products.html")]
LOOKS = [(1280, "light"), (1280, "dark"), (320, "light"), (390, "dark")]

AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
OVERFLOW = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.wide') && !e.closest('.aside')
    && !e.closest('.skip') && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 200))"""


LINES_OF_HEADINGS = """() => [...document.querySelectorAll('thead th')].filter(e => {
    const range = document.createRange(), lines = new Set();
    range.selectNodeContents(e);
    for (const box of range.getClientRects()) lines.add(Math.round(box.top / 4));
    return lines.size > e.textContent.trim().split(/[\\s-]+/).length;
}).map(e => e.textContent)"""


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize(("report", "name"), PAGES)
def test_a_page_is_quiet_and_fits(reports, opened, report, name, width, scheme):
    """One request, its own; no message; nothing wider than the window but what scrolls by itself."""
    page = opened(reports[report] / name, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.heard == [f"request {(reports[report] / name).as_uri()}"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOW) == []


@pytest.mark.parametrize(("width", "scheme"), [LOOKS[0], LOOKS[-1]])
@pytest.mark.parametrize(("report", "name"), PAGES)
def test_axe_finds_nothing(reports, opened, report, name, width, scheme):
    """No rule of axe is violated, with all details open, in either colour scheme."""
    page = opened(reports[report] / name, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(AXE)
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("report", "name"), [page for page in PAGES if page[1] in ("report.html", "runs.html")])
def test_cards_fill_their_row(reports, opened, report, name, width):
    """What does not hold has a row of its own, and no row of cards ends before the page does."""
    page = opened(reports[report] / name, width=width)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.card')].map(e => e.getBoundingClientRect()).map(b => [b.top, b.left, b.right])"
    )
    left, right = (side(edge for _, *edges in boxes for edge in edges) for side in (min, max))
    for row in {round(top) for top, _, _ in boxes}:
        assert max(box[2] for box in boxes if round(box[0]) == row) == pytest.approx(right, abs=1)
    for card in page.locator(".card.bad.whole").all():
        box = card.bounding_box()
        assert (box["x"], box["x"] + box["width"]) == pytest.approx((left, right), abs=1)


@pytest.mark.parametrize("width", [1280, 680, 390])
@pytest.mark.parametrize(("report", "name"), PAGES)
def test_no_heading_of_a_column_is_broken(reports, opened, report, name, width):
    """The columns of a table are wide enough for each word above them."""
    page = opened(reports[report] / name, width=width)
    page.emulate_media(media="print" if width == 680 else "screen")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    broken = "e => e.offsetParent && e.scrollWidth > e.clientWidth + 1"
    assert page.evaluate(f"[...document.querySelectorAll('thead th')].filter({broken}).map(e => e.outerHTML)") == []
    assert page.evaluate(LINES_OF_HEADINGS) == []


@pytest.mark.parametrize("report", ["signer", "verifier", "archive"])
def test_a_printed_page_loses_nothing(reports, opened, report):
    """On paper every detail is open, nothing is cut at the right, and Chromium makes a PDF of it."""
    page = opened(reports[report] / "report.html", width=680)
    page.emulate_media(media="print")
    cut = "() => [...document.querySelectorAll('td, th, dd, p, li')].filter(e => e.getBoundingClientRect().right > 681)"
    assert page.evaluate(f"({cut})().map(e => e.outerHTML.slice(0, 200))") == []
    hidden = "() => [...document.querySelectorAll('details :is(td, li)')].filter(e => !e.checkVisibility()).length"
    assert page.evaluate(hidden) == page.evaluate("document.querySelectorAll('details .unprinted:is(td)').length")
    made = page.pdf(format="A4")
    assert made.startswith(b"%PDF-")
    assert page.heard == [f"request {(reports[report] / 'report.html').as_uri()}"]


def test_the_keyboard_leads_through_the_page(reports, opened):
    """The first stop is the link to the content; every region that scrolls can be reached; links lead somewhere."""
    page = opened(reports["signer"] / "report.html", width=390)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    scrolls = "[...document.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth)"
    assert page.evaluate(f"{scrolls}.length") > 0
    assert page.evaluate(f"{scrolls}.every(e => e.tabIndex === 0 && e.getAttribute('aria-label'))")


def test_a_requirement_leads_to_its_page(reports, opened):
    """A click on a requirement opens what it asks for, at its place."""
    page = opened(reports["signer"] / "report.html")
    link = page.locator(".group h3 a").first
    name = link.inner_text()
    link.click()
    page.wait_for_url(f"**/requirements.html#{name}")
    assert page.locator(":target").inner_text() == name


def test_without_colour_the_signs_remain(reports, opened):
    """In forced colours each result still has its sign and its word."""
    page = opened(reports["signer"] / "report.html", forced_colors="active")
    texts = page.locator(".claims td.sign").all_inner_texts()
    assert {text.split()[0] for text in texts} >= {"✗", "?"}
    assert all(len(text.split()) > 1 for text in texts)


def test_a_large_report_opens_quickly(opened, tmp_path):
    """Ten thousand instances with a hundred thousand results that are no pass are there in seconds."""
    names = list(register())[:10]
    start = start_run("signer", edition())
    with ReportFolder(tmp_path / "report", start) as folder:
        collector = Collector(start)
        for number in range(1, 10_001):
            case, subject = f"signer/file-{number:06d}/#0", Subject(number, f"1.2.{number}", "/", 0, f"2.25.{number}")
            results = tuple(
                Result(name, "PS3.3", case, subject, Outcome.FAIL, "tag-list-unordered", found=f"tag {number}")
                for name in names
            )
            collector.file(number, "signed", mac_algorithms=("SHA256",))
            collector.case(CaseOutcome(case, msgspec.structs.replace(subject, mac_algorithm="SHA256"), (), results))
        folder.finish(collector.document())
    assert (tmp_path / "report" / "report.html").stat().st_size < 5_000_000
    page = opened(tmp_path / "report" / "report.html")
    took = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    assert took < 3000
