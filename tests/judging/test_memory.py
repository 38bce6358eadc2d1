"""Memory does not grow by what passes: a run over a whole archive holds what is no pass, and counts the rest."""

import gc
import tracemalloc

from dicomsig.conformance.editions import edition
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
