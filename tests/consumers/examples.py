"""Makes studies that never were, in the format of `assets/evidence/README.md`, for tests that need many.

    python examples.py 10000 FOLDER       writes FOLDER/studies.json
"""

import json
import pathlib
import sys

THEMES = ["communications-and-actions", "supporting-the-home-learning-environment", "literacy-and-numeracy-support"]
COUNTRIES = [["GB"], ["US"], ["GB", "IE"], ["NL"], []]
TYPES = ["journal-article", "report", "thesis", "conference-paper", "working-paper", "book", "book-chapter"]


def slug(number):
    return f"example-{number:05}"


def study(number, version=1):
    """Only the title of a later version differs."""
    kind = TYPES[number % len(TYPES)]
    country = COUNTRIES[number % len(COUNTRIES)]
    return {
        "slug": slug(number),
        "title": f"Example study {number:05}" + (f", version {version}" if version > 1 else ""),
        "authors": [{"family": f"Example{number % 500}", "given": "Ann"}, {"family": "Sample", "given": "Bo"}],
        "year": 1990 + number % 30,
        "publication_type": kind,
        "container_title": "Journal of Examples",
        "publisher": "University of Example",
        "volume": str(1 + number % 40),
        "pages": f"{number}-{number + 9}",
        "url": f"https://example.org/studies/{number}",
        "open_access": None,
        "countries": country,
        "uk_nations": ["Scotland"] if "GB" in country else [],
        "study_design": "case-study",
        "stages": ["primary"],
        "sample_size": 100 + number % 100,
        "sample_description": "Invented families in a town that is on no map.",
        "disadvantage_focus": [],
        "outcomes": ["literacy"],
        "themes": [THEMES[number % len(THEMES)]],
        "interventions": [],
        "summary": f"This study was invented for a test. Nobody took part in example {number}.",
        "key_findings": ["Nothing was found, as nothing was done."],
        "implications_for_practice": ["Do not act on an example."],
        "effects": [],
        "verified": {"level": "bibliographic", "sources": ["https://example.org/"]},
    }


def write(folder, studies):
    """A folder that `import` reads."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "studies.json").write_text(json.dumps(list(studies), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


def wait_for(running, number):
    """Until a server shows an imported study, which it notices by itself."""
    running.wait_until(
        lambda: running.ask(f"/studies/{slug(number)}").status_code == 200, "the server does not show what was imported"
    )


if __name__ == "__main__":
    write(sys.argv[2], map(study, range(1, int(sys.argv[1]) + 1)))
