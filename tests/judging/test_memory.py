"""Memory does not grow by what passes: a run over a whole archive holds what is no pass, and counts the rest."""

import gc
import tracemalloc
from pathlib import Path

from dicomsig.conformance.editions import edition
from dicomsig.encoding.write import encode_element
from dicomsig.judging.signer import judge_file
from dicomsig.judging.signer_run import RunFacts
from dicomsig.judging.terms import Terms
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.start import start_run
from dicomsig.vectors.samples import dcmtk_folder

FIRST, MORE = 20, 60
BYTES = 200
"""For each further file: less than any of its cases would need."""


def test_passes_are_counted_and_not_kept():
    """Sixty more files that pass leave nothing behind but larger numbers."""
    terms, facts = Terms(edition()), RunFacts()
    collector = Collector(start_run("signer", terms.edition))
    path = dcmtk_folder() / "ct-creator-sha256.dcm"

    def judge(numbers):
        for number in numbers:
            judgement = judge_file(number, path, terms)
            facts.take(judgement)
            collector.file(number, judgement.state, str(path))
            for case in judgement.cases:
                collector.case(case)
        gc.collect()

    tracemalloc.start()
    try:
        judge(range(1, FIRST))
        before, _ = tracemalloc.get_traced_memory()
        judge(range(FIRST, FIRST + MORE))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < MORE * BYTES
    assert collector.document().summary.signed == FIRST + MORE - 1


def test_a_judged_file_leaves_none_of_its_bytes_behind(tmp_path: Path):
    """Instance and signatures refer to each other, so that they wait for the collector: the file's bytes must not."""
    size = 1 << 19
    path = tmp_path / "padded.dcm"
    path.write_bytes(
        (dcmtk_folder() / "ct-creator-sha256.dcm").read_bytes() + encode_element(0xFFFCFFFC, "OB", bytes(size))
    )
    terms = Terms(edition())
    assert judge_file(1, path, terms).signatures
    gc.disable()
    tracemalloc.start()
    try:
        for number in range(10):
            judge_file(number, path, terms)
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert left < size
