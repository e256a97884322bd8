"""The JSON API: its description, walking through lists, filters, errors, caching; and thousands of generated requests."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

import openapi_spec_validator
import pytest

from server import FOLDER, media_type, slugs

API = "/api/v1"
# Lists that are given a page at a time, and those that are short.
PAGED = ["studies", "interventions", "effects"]
SHORT = ["themes", "vocabularies"]
THEME = "supporting-the-home-learning-environment"
FILTERS = [
    ("studies", "q=reading"),
    ("studies", f"theme={THEME}"),
    ("studies", f"theme={THEME}&from=2010&to=2012"),
    ("studies", "origin=uk"),
    ("studies", "country=us"),
    ("studies", "focus=low-income"),
    ("studies", "outcome=literacy&stage=primary&stage=secondary"),
    ("studies", "design=meta-analysis"),
    ("studies", "type=report"),
    ("studies", "verified=bibliographic"),
    ("interventions", "setting=home"),
    ("interventions", "cost=low"),
]


def walk(site, path):
    """All records of a list, from page to page."""
    found, seen = [], set()
    while path:
        assert path not in seen, "the cursor goes round in a circle"
        seen.add(path)
        answer = site.get(path, "application/json")
        body = answer.json()
        found += body["items"]
        path = body["next"]
        assert path == answer.links.get("next", {}).get("url")
        assert body["url"] == answer.links["canonical"]["url"]
    assert len(found) == body["total"]
    return found


def keys(found):
    return [json.dumps(record, sort_keys=True) for record in found]


def total_of_page(site, name, query):
    """How many the page of the same list counts."""
    text = site.page(f"/{name}?{query}").xpath('string(//*[@id="results-count"]/strong)')
    return int(re.match(r"[\d,]+", text)[0].replace(",", ""))


# FAULT 1: parameters of /api/v1, /api/v1/openapi.json and /api/v1/vocabularies are null instead of a list or nothing.
def test_the_description_is_valid(site):
    description = site.json(f"{API}/openapi.json")
    assert description["openapi"].startswith("3.1")
    openapi_spec_validator.validate(description)


def test_the_description_names_every_list(site):
    description = site.json(f"{API}/openapi.json")
    base = description["servers"][0]["url"].rstrip("/")
    assert {site.url(f"{API}/{name}") for name in PAGED + SHORT} <= {base + path for path in description["paths"]}


def test_the_description_names_the_values_of_filters(site):
    paths = site.json(f"{API}/openapi.json")["paths"]
    parameters = {each["name"]: each for each in paths[f"{API}/studies"]["get"]["parameters"]}
    assert THEME in parameters["theme"]["schema"]["items"]["enum"]
    for facet in site.json(f"{API}/search")["facets"]:
        described = parameters[facet["filter"]]["schema"]["items"]["enum"]
        assert set(slugs(facet["values"])) <= set(described), facet["filter"]


def test_the_index_leads_to_every_list(site):
    index = site.get(f"{API}/", "application/json").json()
    assert [index[name] for name in PAGED + SHORT] == [site.url(f"{API}/{name}") for name in PAGED + SHORT]
    for name in ("documentation", "openapi", "search", *PAGED, *SHORT):
        site.get(index[name])


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("limit", [3, 100])
def test_a_cursor_walks_past_every_record_once(site, name, limit):
    found = walk(site, f"{API}/{name}?limit={limit}")
    assert found and len(set(keys(found))) == len(found)
    assert keys(found) == keys(walk(site, f"{API}/{name}"))


@pytest.mark.parametrize("order", ["newest", "oldest", "title"])
def test_a_cursor_keeps_to_the_order(site, order):
    found = walk(site, f"{API}/studies?sort={order}&limit=7")
    whole = walk(site, f"{API}/studies?sort={order}&limit=100")
    assert slugs(found) == slugs(whole)
    years = [study["year"] for study in found]
    if order != "title":
        assert years == sorted(years, reverse=order == "newest")


def test_short_lists_are_whole(site):
    themes = site.json(f"{API}/themes")
    assert (themes["next"], themes["total"]) == (None, len(themes["items"]))
    assert [theme["position"] for theme in themes["items"]] == sorted(theme["position"] for theme in themes["items"])
    vocabularies = site.json(f"{API}/vocabularies")
    assert {"outcome", "stage", "design"} <= set(slugs(vocabularies))
    for vocabulary in vocabularies:
        assert site.json(f"{API}/vocabularies/{vocabulary['slug']}") == vocabulary
        assert vocabulary["terms"] and len(set(slugs(vocabulary["terms"]))) == len(vocabulary["terms"])


@pytest.mark.parametrize("name", ["studies", "interventions"])
def test_the_api_has_what_the_file_has(site, name):
    assert keys(walk(site, f"{API}/{name}")) == keys(site.json(f"/{name}.json")[name])


@pytest.mark.parametrize("name", ["studies", "interventions", "themes"])
def test_a_record_is_the_same_alone_as_in_the_list(site, name):
    for record in site.json(f"{API}/{name}")["items"][:5]:
        assert site.json(f"{API}/{name}/{record['slug']}") == record
        site.get(record["url"], "text/html")


def test_effects_are_those_of_the_studies(site, studies):
    wanted = [effect for study in studies.values() for effect in study["effects"]]
    assert wanted and keys(walk(site, f"{API}/effects?limit=10")) == keys(wanted)
    for effect in wanted:
        assert effect["study_url"] == site.url(f"/studies/{effect['study']}")


def test_terms_of_records_are_terms_of_vocabularies(site, studies):
    known = {each["slug"]: set(slugs(each["terms"])) for each in site.json(f"{API}/vocabularies")}
    fields = {"stages": "stage", "outcomes": "outcome", "disadvantage_focus": "disadvantage-focus"}
    for study in studies.values():
        for field, vocabulary in fields.items():
            coded = study[field]
            assert set(slugs(coded["terms"])) <= known[vocabulary]
            assert bool(coded["terms"]) == (coded["status"] == "coded")


@pytest.mark.parametrize("name, query", FILTERS)
def test_a_filter_finds_as_many_as_the_page(site, name, query):
    counted = total_of_page(site, name, query)
    assert 0 < counted < total_of_page(site, name, "")
    found = slugs(walk(site, f"{API}/{name}?{query}&limit=50"))
    assert len(found) == counted
    assert slugs(site.json(f"/{name}.json?{query}")[name]) == found


# Searching with counts

SEARCHES = [
    "kind=studies",
    "kind=studies&q=reading&stage=primary",
    f"kind=studies&theme={THEME}&from=2009&to=2012&stage=primary&stage=early-years",
    "kind=interventions",
    "kind=interventions&setting=home&outcome=literacy",
]


def split(query):
    """The list that a search is of, and the pairs of its query without it."""
    pairs = urllib.parse.parse_qsl(query)
    return dict(pairs)["kind"], [pair for pair in pairs if pair[0] != "kind"]


def total(site, name, pairs):
    return site.json(f"{API}/{name}?{urllib.parse.urlencode([*pairs, ('limit', 1)])}")["total"]


def without(pairs, *names):
    return [pair for pair in pairs if pair[0] not in names]


@pytest.mark.parametrize("query", SEARCHES)
def test_a_search_begins_like_the_list(site, query):
    name, pairs = split(query)
    found, listed = site.json(f"{API}/search?{query}"), site.json(f"{API}/{name}?{urllib.parse.urlencode(pairs)}")
    assert found["total"] == listed["total"] > 0
    assert slugs(found["items"]) == slugs(listed["items"])
    assert found["drops"] == []
    assert total_of_page(site, name, urllib.parse.urlsplit(found["page"]).query) == found["total"]


@pytest.mark.parametrize("query", SEARCHES)
def test_every_count_of_a_search_is_the_length_of_a_list(site, query):
    name, pairs = split(query)
    found = site.json(f"{API}/search?{query}")
    for facet in found["facets"]:
        others = without(pairs, facet["filter"])
        for value in facet["values"]:
            assert total(site, name, [*others, (facet["filter"], value["slug"])]) == value["count"], value
            assert value["chosen"] == ((facet["filter"], value["slug"]) in pairs)
    for year in found["years"]:
        span = [("from", year["year"]), ("to", year["year"])]
        assert total(site, name, without(pairs, "from", "to") + span) == year["count"], year


def test_a_search_for_nothing_says_what_to_drop(site):
    query = "kind=studies&q=reading&country=cy&from=2014"
    name, pairs = split(query)
    found = site.json(f"{API}/search?{query}")
    assert (found["total"], found["items"]) == (0, [])
    drops = {drop["dropped"]: drop["count"] for drop in found["drops"]}
    assert drops
    for dropped, names in {"q": ["q"], "country": ["country"], "years": ["from", "to"]}.items():
        assert total(site, name, without(pairs, *names)) == drops.get(dropped, 0)


# As it stood


def day(away):
    return str(datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=away))


def test_as_of_today_is_as_it_is(site, study):
    for path in (f"{API}/studies", f"{API}/search"):
        now, then = site.json(path), site.json(f"{path}?as-of={day(0)}")
        assert (now["as_of"], then["as_of"]) == (None, day(0))
        assert keys(then["items"]) == keys(now["items"])
    for path in ("/studies.ris", f"/studies/{study['slug']}.bib"):
        assert site.get(f"{path}?as-of={day(0)}").content == site.get(path).content
    assert keys(site.json(f"/studies.json?as-of={day(0)}")["studies"]) == keys(site.json("/studies.json")["studies"])


WITH_A_DAY = [
    f"{API}/studies", f"{API}/interventions", f"{API}/themes", f"{API}/effects", f"{API}/search", f"{API}/studies/SLUG",
    f"{API}/studies/SLUG/citation", "/studies", "/interventions", "/studies/SLUG", "/studies.json", "/studies.ris",
    "/studies/SLUG.ris",
]


@pytest.mark.parametrize("path", WITH_A_DAY)
def test_a_day_that_cannot_be_read_is_refused(site, study, path):
    for asked in ("2024-02-30", "2024-13-01", "today", "01.02.2024"):
        assert site.ask(f"{path.replace('SLUG', study['slug'])}?as-of={asked}").status_code == 400, asked


@pytest.mark.parametrize("path", WITH_A_DAY)
def test_of_a_day_before_the_first_record_or_to_come_there_is_nothing(site, study, path):
    for asked in ("1999-12-31", day(-2), day(2), "2999-01-01"):
        assert site.ask(f"{path.replace('SLUG', study['slug'])}?as-of={asked}").status_code == 404, asked


# FAULT 3: single records, themes and citations take an empty day for today; lists say that there is no such parameter.
@pytest.mark.parametrize("path", [path for path in WITH_A_DAY if path.startswith(API)])
def test_the_api_takes_no_empty_day_for_today(site, study, path):
    answer = site.ask(f"{path.replace('SLUG', study['slug'])}?as-of=")
    assert answer.status_code == 400
    assert "There is no parameter" not in answer.json()["detail"]


# Errors and headers


@pytest.mark.parametrize(
    "path, status",
    [
        ("/studies/there-is-no-such-study", 404),
        ("/nothing", 404),
        ("/studies?colour=red", 400),
        ("/studies?stage=nowhere", 400),
        ("/studies?from=soon", 400),
        ("/studies?limit=0", 400),
        ("/studies?limit=101", 400),
        ("/studies?limit=many", 400),
        ("/studies?cursor=rubbish", 400),
        ("/studies?q=a&q=b", 400),
        ("/themes?as-of=tomorrow", 400),
        ("/themes?limit=5", 400),
        ("/search?kind=themes", 400),
        ("/search?kind=studies&setting=home", 400),
    ],
)
def test_an_error_says_what_is_wrong(site, path, status):
    answer = site.ask(API + path)
    assert (answer.status_code, media_type(answer)) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status and problem["title"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", [f"{API}/studies", f"{API}/search", f"{API}/vocabularies", f"{API}/openapi.json"])
def test_scripts_of_other_sites_may_read(site, path):
    assert site.get(path, Origin="https://example.org").headers["access-control-allow-origin"] == "*"


def test_scripts_of_other_sites_may_ask_first(site):
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = site.ask(f"{API}/studies", "OPTIONS", headers=headers)
    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", [f"{API}/studies", f"{API}/openapi.json", "/studies.json", "/studies.ris"])
def test_what_has_not_changed_is_not_sent_again(site, path):
    tag = site.get(path).headers["etag"]
    answer = site.ask(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag


# Generated requests


# FAULT 1 and FAULT 3 stop it.
def test_thousands_of_generated_requests_find_no_fault(site, tmp_path):
    report = tmp_path / "report.json"
    command = [
        pathlib.Path(sys.executable).with_name("schemathesis"), "run", site.url(f"{API}/openapi.json"),
        "--checks", "all", "--max-examples", "60", "--max-response-time", "5", "--workers", "1",
        "--seed", "1", "--generation-database", "none", "--continue-on-failure",
        "--no-color", "--report", "json", "--report-json-path", report,
    ]
    names = {name: slugs(site.json(f"{API}/{name}")["items"]) for name in ("studies", "interventions", "themes")}
    names["vocabularies"] = slugs(site.json(f"{API}/vocabularies"))
    hooks = {"SCHEMATHESIS_HOOKS": "generated_requests", "PYTHONPATH": str(FOLDER), "NAMES": json.dumps(names)}
    ran = subprocess.run(command, cwd=tmp_path, env=os.environ | hooks, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
    run = json.loads(report.read_text())
    assert run["test_cases"]["generated"] >= 2_000
    assert run["operations"]["tested"] == run["operations"]["total"]
    assert run["running_time"] < 120
