"""The reference files, read by the libraries that other people read them with."""

import csv
import io
import json
import re

import jsonschema
import pybtex.database
import pybtex.richtext
import pytest
import rispy
from bibtexparser.bparser import BibTexParser

from server import FOLDER, slugs, spaces

RIS = "application/x-research-info-systems"
BIBTEX = "application/x-bibtex"
CSL = "application/vnd.citationstyles.csl+json"


def ris_of(site, path):
    """RIS records by their ID, which is the slug."""
    return unique((record["id"], record) for record in rispy.loads(site.get(path, RIS).text))


def bibtex_of(site, path):
    """Entries by key. A key that comes twice and text between entries are errors to pybtex."""
    return pybtex.database.parse_string(site.get(path, BIBTEX).text, "bibtex").entries


def csl_of(site, path):
    return unique((item["id"], item) for item in site.get(path, CSL).json())


READERS = {".ris": ris_of, ".bib": bibtex_of, ".csl.json": csl_of}


def unique(pairs):
    pairs = list(pairs)
    assert len(dict(pairs)) == len(pairs), "a key comes twice"
    return dict(pairs)


def plain(latex):
    """LaTeX as it is printed, but for the shapes of quotation marks and dashes."""
    return shapeless(str(pybtex.richtext.Text.from_latex(latex)))


def shapeless(text):
    text = re.sub("[‘’“”`´']+", '"', text)
    return spaces(re.sub("[–—-]+", "-", text))


def without_commas(name):
    return spaces(name.replace(",", " "))


@pytest.fixture(scope="module")
def ris(site):
    return ris_of(site, "/studies.ris")


@pytest.fixture(scope="module")
def bibtex(site):
    return bibtex_of(site, "/studies.bib")


@pytest.fixture(scope="module")
def csl(site):
    return csl_of(site, "/studies.csl.json")


def test_every_format_holds_every_study_under_its_slug(studies, ris, bibtex, csl):
    assert set(ris) == set(studies)
    assert set(bibtex) == set(studies)
    assert set(csl) == set(studies)


def test_a_line_of_ris_is_a_tag_and_a_value(site):
    lines = site.get("/studies.ris").content.decode("utf-8").split("\r\n")
    odd = [line for line in lines if line and not re.match(r"[A-Z][A-Z0-9]  - [^\r\n]*$", line)]
    assert odd == []


def test_rispy_knows_every_tag(ris):
    assert [record["unknown_tag"] for record in ris.values() if "unknown_tag" in record] == []


def test_ris_agrees_with_json(studies, ris):
    for slug, study in studies.items():
        record = ris[slug]
        assert record["title"] == spaces(study["title"])
        assert record["year"] == str(study["year"])
        assert record.get("doi") == study.get("doi")
        for name, author in zip(record["authors"], study["authors"], strict=True):
            if author["given"]:
                assert name == f"{author['family']}, {author['given']}"
            else:
                # A body with a comma would be read as a person.
                assert without_commas(name) == without_commas(author["family"])


def test_a_corporate_author_of_ris_has_no_comma_within(studies, ris):
    bodies = [
        name
        for slug, study in studies.items()
        for name, author in zip(ris[slug]["authors"], study["authors"])
        if not author["given"]
    ]
    assert bodies, "no study has a corporate author"
    assert [name for name in bodies if "," in name.rstrip(",")] == []


def test_bibtex_agrees_with_json(studies, bibtex):
    for slug, study in studies.items():
        entry = bibtex[slug]
        assert plain(entry.fields["title"]) == shapeless(study["title"])
        assert entry.fields["year"] == str(study["year"])
        assert entry.fields.get("doi") == study.get("doi")
        for person, author in zip(entry.persons["author"], study["authors"], strict=True):
            family = " ".join(person.prelast_names + person.last_names)
            given = " ".join(person.first_names + person.middle_names)
            assert (plain(family), plain(given)) == (shapeless(author["family"]), shapeless(author["given"] or "")), slug
            assert person.lineage_names == []


def test_bibtexparser_reads_as_many_entries_as_pybtex(site, bibtex):
    parser = BibTexParser(ignore_nonstandard_types=True, common_strings=False)
    entries = parser.parse(site.get("/studies.bib").text).entries
    assert {entry["ID"] for entry in entries} == set(bibtex)


def csl_validator():
    return jsonschema.Draft7Validator(json.loads((FOLDER / "csl-data.schema.json").read_text()))


def test_csl_json_keeps_to_the_schema(site):
    csl_validator().validate(site.json("/studies.csl.json"))


def test_csl_json_agrees_with_json(studies, csl):
    for slug, study in studies.items():
        item = csl[slug]
        assert item["title"] == study["title"]
        assert item["issued"] == {"date-parts": [[study["year"]]]}
        assert item.get("DOI") == study.get("doi")
        for name, author in zip(item["author"], study["authors"], strict=True):
            if author["given"]:
                family = " ".join(filter(None, [name.get("non-dropping-particle"), name["family"]]))
                assert (family, name["given"]) == (author["family"], author["given"])
            else:
                assert name == {"literal": author["family"]}


def rows_of(site, path):
    """The rows of a table by slug. A row with too few or too many cells has None among its keys or values."""
    text = site.get(path, "text/csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows)
    return unique((row["slug"], row) for row in rows)


def test_csv_agrees_with_json(site, studies):
    rows = rows_of(site, "/studies.csv")
    assert set(rows) == set(studies)
    for slug, study in studies.items():
        row = rows[slug]
        assert (row["title"], row["year"]) == (study["title"], str(study["year"]))
        assert (row["doi"], row["sample_size"]) == (study["doi"] or "", str(study["sample_size"] or ""))
        assert row["themes"].split("; ") == slugs(study["themes"])
        assert row["stages"].split("; ") == slugs(study["stages"]["terms"]) or row["stages"] == study["stages"]["status"]
        assert int(row["effects"]) == len(study["effects"])


def test_no_cell_is_taken_for_a_formula(site):
    for path in ("/studies.csv", "/interventions.csv"):
        cells = [cell for row in rows_of(site, path).values() for cell in row.values()]
        assert [cell for cell in cells if re.match(r"[=+@\t\r]|-(?![\d.]+$)", cell)] == []


@pytest.mark.parametrize("ending", READERS)
def test_keys_stay_the_same(site, ending):
    assert list(READERS[ending](site, f"/studies{ending}")) == list(READERS[ending](site, f"/studies{ending}"))


@pytest.mark.parametrize("ending", READERS)
def test_a_filtered_list_gives_the_filtered_only(site, studies, ending):
    theme = next(iter(studies.values()))["themes"][0]["slug"]
    wanted = {slug for slug, study in studies.items() if theme in slugs(study["themes"]) and study["year"] >= 2010}
    assert 0 < len(wanted) < len(studies)
    query = f"?theme={theme}&from=2010"
    assert set(READERS[ending](site, f"/studies{ending}{query}")) == wanted
    assert set(slugs(site.json(f"/studies.json{query}")["studies"])) == wanted


@pytest.mark.parametrize("ending", READERS)
def test_one_study_is_the_same_alone_as_among_all(site, study, ending):
    slug = study["slug"]
    alone = READERS[ending](site, f"/studies/{slug}{ending}")
    assert alone == {slug: READERS[ending](site, f"/studies{ending}")[slug]}


# Interventions and themes are pages of this site, and cited as such.


@pytest.fixture(scope="module")
def site_name(site):
    return site.json("/api/v1/")["name"]


@pytest.fixture(scope="module")
def themes(site):
    return {record["slug"]: record for record in site.json("/api/v1/themes")["items"]}


@pytest.fixture(scope="module")
def own_pages(site, interventions, themes):
    """Title and address and the day of the text of every intervention and theme, by the path of its page."""
    named = {f"/interventions/{slug}": record["name"] for slug, record in interventions.items()}
    named |= {f"/evidence/{slug}": record["title"] for slug, record in themes.items()}
    days = {record["url"]: record["updated"][:10] for record in [*interventions.values(), *themes.values()]}
    return {path: (title, site.url(path), days[site.url(path)]) for path, title in named.items()}


def test_a_page_of_this_site_is_cited_as_a_web_page_in_ris(site, site_name, own_pages):
    for path, (title, address, day) in own_pages.items():
        [record] = ris_of(site, f"{path}.ris").values()
        assert record["type_of_reference"] == "ELEC"
        assert (record["title"], record["urls"]) == (title, [address])
        assert [name.rstrip(",") for name in record["authors"]] == [site_name]
        assert (record["year"], record["date"].strip("/")) == (day[:4], day.replace("-", "/"))


def test_a_page_of_this_site_is_cited_as_a_web_page_in_bibtex(site, site_name, own_pages):
    for path, (title, address, day) in own_pages.items():
        [entry] = bibtex_of(site, f"{path}.bib").values()
        assert entry.type == "misc"
        assert plain(entry.fields["title"]) == shapeless(title)
        assert (entry.fields["url"], entry.fields["year"]) == (address, day[:4])
        assert [plain(" ".join(person.last_names)) for person in entry.persons["author"]] == [site_name]


def test_a_page_of_this_site_is_cited_as_a_web_page_in_csl_json(site, site_name, own_pages):
    for path, (title, address, day) in own_pages.items():
        [item] = csl_of(site, f"{path}.csl.json").values()
        assert (item["type"], item["title"], item["URL"]) == ("webpage", title, address)
        assert item["author"] == [{"literal": site_name}]
        assert item["issued"] == {"date-parts": [[int(part) for part in day.split("-")]]}


def test_csl_json_of_interventions_keeps_to_the_schema(site):
    csl_validator().validate(site.json("/interventions.csl.json"))


@pytest.mark.parametrize("ending", READERS)
def test_the_list_of_interventions_holds_each_as_it_is_alone(site, interventions, ending):
    listed = READERS[ending](site, f"/interventions{ending}")
    assert set(listed) == set(interventions)
    for slug in list(interventions)[:5]:
        assert READERS[ending](site, f"/interventions/{slug}{ending}") == {slug: listed[slug]}


def test_csv_has_a_row_for_every_intervention(site, interventions):
    rows = rows_of(site, "/interventions.csv")
    assert {slug: row["name"] for slug, row in rows.items()} == {slug: own["name"] for slug, own in interventions.items()}


@pytest.mark.parametrize("ending", READERS)
def test_a_list_without_hits_is_an_empty_file(site, ending):
    assert len(READERS[ending](site, f"/studies{ending}?q=zzzzqqqq")) == 0
