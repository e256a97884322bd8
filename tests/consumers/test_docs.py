"""The commands of docs/data.md, run one by one as a reader would run them, each in an empty folder."""

import re
import subprocess
import sys

import pytest

from server import ROOT

DOCUMENT = ROOT / "docs/data.md"
HOST = "https://families.example.ac.uk"
PROGRAMS = {"sh": ["bash", "-euo", "pipefail"], "python": [sys.executable]}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
BLOCKS = FENCE.findall(DOCUMENT.read_text(encoding="utf-8"))


def named(blocks):
    """Blocks with a name for each: its language and its number."""
    return [pytest.param(language, text, id=f"{language}-{number}") for number, (language, text) in enumerate(blocks, 1)]


@pytest.mark.parametrize("language, text", named([block for block in BLOCKS if block[0] in PROGRAMS]))
def test_a_block_of_commands_works(site, tmp_path, language, text):
    assert HOST in text, "a block without the site"
    folder = tmp_path / "empty"
    folder.mkdir()
    script = tmp_path / "script"
    script.write_text(text.replace(HOST, site.base), encoding="utf-8")
    ran = subprocess.run([*PROGRAMS[language], script], cwd=folder, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    made = [path for path in folder.rglob("*") if path.is_file()]
    assert ran.stdout.strip() or made, "it gives nothing"
    assert [path.name for path in made if path.stat().st_size == 0] == []


def test_whatever_is_not_run_says_so():
    assert {language for language, _ in BLOCKS} == {*PROGRAMS, "r"}
    assert all("Not run by the tests" in text for language, text in BLOCKS if language == "r")
    assert len(BLOCKS) * 2 == len(re.findall(r"^```", DOCUMENT.read_text(encoding="utf-8"), re.M))


def test_every_address_of_the_text_is_there(site):
    """Paths in backticks that are no patterns."""
    text = FENCE.sub("", DOCUMENT.read_text(encoding="utf-8"))
    paths = {path for path in re.findall(r"`(/[^`\s]*)`", text) if not re.search(r"[…<{]", path)}
    assert len(paths) > 5
    for path in paths:
        site.get(path)
    endings = set(re.findall(r"`(\.[a-z.]+)`", text)) - {".csv"}
    for ending in endings:
        site.get(f"/studies/kraft-2013{ending}")


def test_the_document_names_every_filter(site):
    text = DOCUMENT.read_text(encoding="utf-8")
    [said] = re.findall(r"^Filters are (.*?)\. Several", text, re.M | re.S)
    paths = site.json("/api/v1/openapi.json")["paths"]
    described = {
        parameter["name"]
        for name in ("studies", "interventions")
        for parameter in paths[f"/api/v1/{name}"]["get"]["parameters"]
    }
    assert set(re.findall(r"`([a-z]+)`", said)) == described - {"sort", "limit", "cursor", "as-of"}


def test_links_within_the_document_lead_somewhere():
    text = DOCUMENT.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (DOCUMENT.parent / target).exists(), target
