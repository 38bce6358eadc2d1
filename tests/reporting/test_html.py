"""The HTML page is whole, safe, small and says in words what a run came to."""

import itertools
import re
import time
from datetime import date
from html.parser import HTMLParser

import msgspec
import pytest

from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Observation, Outcome, Subject
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.html import LARGEST_PAGE, html_page
from dicomsig.reporting.marked import marked
from dicomsig.reporting.requirement_page import requirements_page

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page; every element has to be closed in its turn."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.ids, self.text = [], [], [], ""
        self._open = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag
        self.text += " "

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.text += data

    def values(self, tag, name):
        return [value for each, key, value in self.attributes if (each, key) == (tag, name)]

    @property
    def words(self):
        return " ".join(self.text.split())


@pytest.fixture
def full(document_of, case, result):
    """A document that has something in each part of the page."""
    cases = [case(result(number=number, found=f"tag {number}")) for number in range(1, 26)]
    cases.append(case(result(Outcome.INCONCLUSIVE, 26, reason="revocation-not-checked"), result(Outcome.WARNING, 26)))
    cases.append(case(result(Outcome.NOT_APPLICABLE, 27), observations=[Observation("case", "profile-met", "met")]))
    cases.append(case(number=28, passed=("ps3.15-c.1-mac-algorithm",)))
    book = DeviationBook(
        [
            Deviation(ORDER, "tag-list-unordered", ("signer/file-000001/*",), "ticket 4711", date(2027, 1, 1)),
            Deviation(ORDER, "gone", ("signer/*",), "mended", date(2027, 1, 1)),
        ]
    )
    return document_of(*cases, deviations=book)


def test_the_page_is_well_formed(full):
    """Every element is closed in its turn, every id is there once, every link within the page leads somewhere."""
    page = Page(html_page(full))
    assert len(page.ids) == len(set(page.ids))
    links = [link for link in page.values("a", "href") if not link.startswith("requirements.html")]
    assert len(links) < len(page.values("a", "href"))
    assert {link.removeprefix("#") for link in links} <= set(page.ids)
    explained = set(re.findall(r'id="([^"]+)"', requirements_page(full)))
    assert {link.partition("#")[2] for link in page.values("a", "href")} - set(page.ids) - {""} <= explained
    assert {value for _, name, value in page.attributes if name == "aria-labelledby"} <= set(page.ids)


def test_the_page_needs_nothing_else(full):
    """No script, no handler, no address: the page shows itself without network."""
    text = html_page(full)
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset", "style")]
    assert not re.search(r"https?:|url\(|@import|javascript:", text)
    assert "default-src 'none'" in page.values("meta", "content")[1]


def test_the_page_can_be_read_without_sight_or_colour(full):
    """Tables have captions and scopes, the page a language, a skip link and headings in order; signs have words."""
    page = Page(html_page(full))
    assert page.values("html", "lang") == ["en"]
    assert page.values("a", "href")[0] == "#main"
    assert page.tags.count("table") == page.tags.count("caption") > 5
    assert len(page.values("th", "scope")) == page.tags.count("th")
    headings = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))
    for word in ("Fail", "Accepted fail", "Not decided", "Warning", "Not applicable", "stale"):
        assert word in page.words


def test_the_first_screen_says_what_was_judged(full):
    """Product, role, edition, numbers, what does not hold and what to do come before any detail."""
    words = Page(html_page(full)).words
    first = words[: words.index("These requirements failed")]
    assert "1 of 2 requirements does not hold" in first
    assert "28 signatures in 28 signed instances of Example CT 5.1 by Example Imaging" in first
    assert "by Example Imaging, against edition 2023b" in first
    assert "2 requirements judged = 1 holds + 1 fails" in first
    assert register()[ORDER].summary in first
    assert "What to do next Begin with the failure that has 24 cases" in first
    assert "Remove or renew the deviations that are stale" in first


def test_a_failure_says_all_that_is_known(full):
    """A group of failures has clause, reason, expected, found, its cases, and the command to see it again."""
    words = Page(html_page(full)).words
    clause = register()[ORDER].clause
    assert f"✗ Fail {ORDER} {clause} (2023b)" in words
    assert "Expected tags in ascending order Found tag 2 (in the first case)" in words
    assert f"dicomsig check FILE --profile creator --only {ORDER}" in words
    assert "FILE is the path of file-000002" in words
    assert "The first 20 of 24 cases; report.json has all" in words
    assert "signer/file-000021/#0 file-000021 /#0 tag 21 2.25.21" in words
    assert "signer/file-000022/#0" not in words


@pytest.mark.parametrize(
    ("make", "headline"),
    [
        (lambda of, case, result: of(case(passed=(ORDER,))), "Everything that was judged holds"),
        (lambda of, case, result: of(), "There was no signed instance to judge"),
        (lambda of, case, result: of(case(result(Outcome.INCONCLUSIVE))), "Nothing fails, but 1 requirement could not"),
        (lambda of, case, result: of(case(), document={"interrupted": True}), "The run was interrupted"),
        (
            lambda of, case, result: of(case(result()), document={"unreadable_input": True}),
            "Some of the input could not be opened; of the rest, 1 of 1 requirements does not hold",
        ),
        (
            lambda of, case, result: of(
                case(), deviations=DeviationBook([Deviation(ORDER, "x", ("*",), "why", date(2027, 1, 1))])
            ),
            "Nothing fails, but 1 deviation is stale",
        ),
    ],
)
def test_the_headline_follows_the_exit_code(document_of, case, result, make, headline):
    """The page begins with what the exit code means."""
    words = Page(html_page(make(document_of, case, result))).words
    first = next(name for name in ("What does not hold", "Nothing fails No requirement") if name in words)
    assert words.index(headline) < words.index(first)


def test_an_accepted_failure_is_never_hidden(document_of, case, result):
    """Where nothing fails but what a deviation accepts, the page says so first, and under what does not hold."""
    book = DeviationBook([Deviation(ORDER, "tag-list-unordered", ("*",), "ticket 4711", date(2027, 1, 1))])
    words = Page(html_page(document_of(case(result()), deviations=book))).words
    first = words[: words.index("What to do next")]
    assert "Everything that was judged holds but 1 requirement whose failure is accepted" in first
    assert f"What does not hold Known and accepted. Asked for: {register()[ORDER].summary}" in first
    assert "does not hold; accepted 1 requirement fails, in 1 case; a deviation accepts it." in first
    undecided = case(result(), result(Outcome.INCONCLUSIVE, requirement="ps3.15-c.1-mac-algorithm"))
    words = Page(html_page(document_of(undecided, deviations=book))).words
    assert "Nothing fails but 1 requirement whose failure is accepted; 1 requirement could not be decided" in words


def test_an_internal_error_is_no_verdict(start, case):
    """Where dicomsig failed the page says so first, and lists where."""
    collector = Collector(start)
    collector.file(1, "signed")
    collector.internal_error("rules.check in signer/file-000001: KeyError")
    words = Page(html_page(collector.document())).words
    assert words.index("dicomsig itself failed, so this is no verdict") < words.index("What does not hold")
    assert "rules.check in signer/file-000001: KeyError" in words


def test_reasons_that_look_alike_have_anchors_of_their_own(document_of, case, result):
    """Two groups never share an id, even when their names differ in signs alone."""
    page = Page(html_page(document_of(case(result(reason="a b"), result(reason="a-b"), result(reason="a_b")))))
    assert len(page.ids) == len(set(page.ids))
    assert len([name for name in page.ids if name.startswith(f"failed-{ORDER}-a-b")]) == 3


HOSTILE = "</td><script>alert(1)</script><img src=x onerror=y>\x1b[31m{{ 7*7 }}\"'&\udcff"


def test_hostile_text_is_inert(start, case, result):
    """Markup, template code, control characters and undecodable bytes in any field are shown, not obeyed."""
    fields = ("case", "reason", "message", "expected", "found", "values", "requirement", "clause")
    collector = Collector(start, with_values=True, with_paths=True)
    collector.file(1, "signed", HOSTILE, mac_algorithms=(HOSTILE,), profiles_met=(HOSTILE,))
    collector.passed_over(HOSTILE, HOSTILE)
    collector.internal_error(HOSTILE)
    observation = Observation(HOSTILE, HOSTILE, HOSTILE)
    for field in fields:
        collector.case(case(result(**{field: HOSTILE}), observations=[observation]))
    text = html_page(collector.document(coverage_note=HOSTILE))
    page = Page(text)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert r"</td><script>alert(1)</script><img src=x onerror=y>\x1b[31m{{ 7*7 }}" in page.text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]", text)


def many(start, case, result, count, **fields):
    """The document of many results that are no pass, ten a case."""
    collector = Collector(start)
    names = list(register())[:10]
    for number in range(1, count // 10 + 1):
        collector.file(number, "signed", mac_algorithms=("SHA256",))
        collector.case(case(*(result(requirement=name, number=number, **fields) for name in names)))
    return collector.document()


@pytest.mark.slow
def test_a_large_run_makes_a_small_page_quickly(start, case, result):
    """A hundred thousand results that are no pass make a page below 5 MB in seconds."""
    document = many(start, case, result, 100_000)
    before = time.process_time()
    text = html_page(document)
    assert time.process_time() - before < 5
    assert len(text.encode()) < LARGEST_PAGE / 10
    assert len(document.results) == 100_000


def test_hostile_sizes_make_no_large_page(start, case, result):
    """Hundreds of reasons with long texts that grow when escaped stay below 5 MB: fewer cases are shown of each."""
    collector = Collector(start)
    collector.file(1, "signed")
    long = "<&>" * 600
    for reason in range(500):
        fields = {"reason": f"reason-{reason}", "message": long, "expected": long}
        collector.case(case(*(result(number=each, found=f"{each}{long}", **fields) for each in range(1, 22))))
    text = html_page(collector.document())
    assert LARGEST_PAGE / 10 < len(text.encode()) < LARGEST_PAGE
    assert "100 more kinds of these: see report.json" in text
    assert "The first 5 of 21 cases" in text


def test_a_table_of_cases_has_no_empty_column(document_of, case, result):
    """Of a product as a whole there is no file, signature or UID to show, so that their columns are not there."""
    whole = result(Outcome.WARNING, case="signer/product", subject=Subject())
    of_whole, of_one = (
        re.findall(r'columnheader" scope="col">(\w+)<', html_page(document_of(each)))
        for each in (CaseOutcome("signer/product", Subject(), (), (whole,)), case(result()))
    )
    assert of_whole[-1] == "Case"
    assert of_one[-4:] == ["Case", "File", "Signature", "UID"]


def test_where_nothing_was_judged_nothing_is_counted_as_holding(start):
    """No zero of zero requirements."""
    page = html_page(Collector(start).document())
    assert "of the 0 judged" not in page
    assert page.count("<p>Nothing was judged.</p>") == 2


def test_options_are_code_and_stay_whole(case, start, result):
    """An option in what to do next is code that is not broken across lines; text around it is escaped."""
    unclaimed = msgspec.structs.replace(start, subject=msgspec.structs.replace(start.subject, claims=None))
    collector = Collector(unclaimed)
    collector.file(1, "signed")
    collector.case(case(result()))
    assert 'judge it with <code class="nowrap">--claims</code>: without' in html_page(collector.document())
    assert marked("a <b> `c<d` --x-y e--f") == (
        'a &lt;b&gt; <code>c&lt;d</code> <code class="nowrap">--x-y</code> e--f'
    )
