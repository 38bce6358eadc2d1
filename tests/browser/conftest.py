"""Reports as Chromium shows them; what is missing is a failure, never a skip."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dicomsig.cli import main
from dicomsig.vectors.samples import samples
from dicomsig.vectors.wrong_signers import wrong_signers

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def ran(*arguments: object) -> None:
    with pytest.raises(SystemExit):
        main([str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def reports(tmp_path_factory) -> dict[str, Path]:
    """Claims that fail, hold and stay open; a wrong verifier; an archive that signs the altered; all well; compared."""
    folder = tmp_path_factory.mktemp("reports")
    files = folder / "files"
    files.mkdir()
    for recipe in list(wrong_signers().values())[::12]:
        (files / f"{recipe.name}.dcm").write_bytes(recipe.build())
    claims = folder / "claims.toml"
    claims.write_text(
        f'[product]\nvendor = "Example <b>Imaging</b> {"long" * 40}"\nname = "Example CT"\nversion = "5.1"\n[claims]\n'
        'profiles = ["base", "creator", "bit-preserving"]\nmac_algorithms = ["SHA256", "SHA384"]\nsignature_level = 3\n'
    )
    signer, verifier, archive, well, compared = (
        folder / name for name in ("signer", "verifier", "archive", "well", "compared")
    )
    ran("check", files, *(sample.path for sample in samples()), "--claims", claims, "--report", signer)
    ran("verifier", "impostor:trims-padding", "--report", verifier, "--jobs", "2")
    ran("archive", "impostor:signs-tampered-content", "--tamper", "all", "--report", archive)
    ran("check", samples()[0].path, "--report", well)
    compared.mkdir()
    ran("compare", signer, well, "--runs", "--html", compared / "runs.html")
    ran("compare", signer, verifier, archive, "--products", "--html", compared / "products.html")
    return {"signer": signer, "verifier": verifier, "archive": archive, "well": well, "compared": compared}


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A Chromium that runs without a screen."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert program, f"no Chromium is installed; one of {', '.join(CHROMIUM)} must be on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium) -> Iterator[Callable[..., object]]:
    """Open a file in a new window; what it asks for and says is kept in the page's ``heard``."""
    contexts = []

    def show(path: Path, *, width: int = 1280, scheme: str = "light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=False, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.heard = []
        page.on("request", lambda request: page.heard.append(f"request {request.url}"))
        page.on("console", lambda message: page.heard.append(f"console {message.text}"))
        page.on("pageerror", lambda error: page.heard.append(f"error {error}"))
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
