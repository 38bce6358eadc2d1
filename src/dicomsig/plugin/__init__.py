"""The pytest door to the judges: options, cases and markers of the suite (DESIGN section 1).

No entry point announces this plugin: it is named by the suite's own configuration and stays out of other test runs.
"""

import pytest

from dicomsig.conformance.editions import DEFAULT
from dicomsig.conformance.register import register
from dicomsig.crypto.digests import OTHER_ALGORITHM, MacAlgorithm
from dicomsig.plugin.cases import ROLES, RequirementCase, cases_of, clause_mark
from dicomsig.plugin.ending import OURS, Ending

__all__ = ["OURS", "RequirementCase"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that say what is judged, and against what."""
    group = parser.getgroup("dicomsig", "what the conformance suite judges")
    group.addoption("--instances", action="append", default=[], metavar="PATH", help="signed instances to judge")
    group.addoption("--verifier", metavar="NAME", help="a verifier to judge: reference, dcmsign or impostor:NAME")
    group.addoption(
        "--adapter", metavar="CMD", help="a verifier to judge, as a program that speaks the adapter protocol"
    )
    group.addoption("--archive", metavar="HOST:PORT", help="an archive to judge, or impostor:NAME")
    group.addoption("--aet", default="ANY-SCP", metavar="AET", help="AE title of the archive")
    group.addoption(
        "--tamper",
        action="append",
        default=[],
        metavar="KIND",
        help="alter further instances on the way there",
    )
    group.addoption("--at-rest", metavar="URL|here", help="alter further instances in the store of the archive")
    group.addoption("--claims", metavar="FILE", help="what the product claims")
    group.addoption("--dicom-profile", action="append", default=[], metavar="NAME", help="a profile that is due")
    group.addoption("--edition", metavar="E", help=f"edition of the standard, default {DEFAULT}")
    group.addoption("--trust", action="append", default=[], metavar="PEM", help="certificates that are trusted")
    group.addoption("--deviations", metavar="FILE", help="known, accepted fails")
    group.addoption("--dicomsig-exit-codes", action="store_true", help="end with the exit codes of dicomsig, plus 100")


def pytest_configure(config: pytest.Config) -> None:
    """The markers: what a test of the suite judges, and those by which cases are chosen with ``-m``."""
    lines = ["requirements(profile, clause, ...): the rows of the register that a test judges"]
    rows = register().values()
    lines += (f"{name}: judged for the {name} profile" for name in dict.fromkeys(row.profile for row in rows))
    lines += (f"{name}: judged by this clause" for name in dict.fromkeys(clause_mark(row.clause) for row in rows))
    lines += (f"{name}: a signature with this MAC algorithm" for name in (*MacAlgorithm, OTHER_ALGORITHM))
    for line in lines:
        config.addinivalue_line("markers", line)
    config.pluginmanager.register(Ending(config))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a case (`ROLES`) runs once for each judged case of the rows that its marker names.

    A clause of a part alone (``PS3.5``) stands for all clauses of it that no other argument names.
    """
    marker = metafunc.definition.get_closest_marker("requirements")
    fixture = next((name for name in ROLES if name in metafunc.fixturenames), None)
    if fixture is None or marker is None:
        return
    profile, *clauses = marker.args
    all_cases = cases_of(metafunc.config, fixture)
    cases = [each for each in all_cases if each.profile == profile and _within(each.clause, clauses)]
    metafunc.parametrize(
        fixture,
        [pytest.param(each, id=each.test_id, marks=[getattr(pytest.mark, m) for m in each.marks]) for each in cases],
    )


def _within(clause: str, clauses: list[str]) -> bool:
    return any(clause == each or (" " not in each and clause.split(" ")[0] == each) for each in clauses)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A report says which requirement, case and result it is of, in JUnit XML too."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    for case in parameters.values():
        if isinstance(case, RequirementCase):
            item.user_properties += case.properties
