"""What the pages say to machines: tags, JSON-LD, COinS, unAPI, Signposting, OpenSearch, content negotiation."""

import re
import urllib.parse

import extruct
import lxml.etree
import pytest
import requests.utils
import rispy

import linked_data
from server import kind_of, media_type, slugs, spaces

# The tags by which Zotero decides what a work is; the last one on a page wins.
DECIDING = {
    "citation_journal_title", "citation_technical_report_institution", "citation_conference_title", "citation_conference",
    "citation_book_title", "citation_inbook_title", "citation_dissertation_institution", "citation_isbn",
}
WORKS = {"ScholarlyArticle", "Article", "Report", "Thesis", "Book", "Chapter"}
ENDINGS = {
    "application/x-research-info-systems": ".ris",
    "application/x-bibtex": ".bib",
    "application/vnd.citationstyles.csl+json": ".csl.json",
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/linkset+json": ".linkset.json",
}


@pytest.fixture(scope="module")
def pages(site, studies):
    """The page of every study."""
    return {slug: site.page(f"/studies/{slug}") for slug in studies}


@pytest.fixture(scope="module")
def ris(site):
    return {record["id"]: record for record in rispy.loads(site.get("/studies.ris").text)}


def citation_tags(page):
    return [(tag.get("name"), tag.get("content")) for tag in page.xpath('//head/meta[starts-with(@name, "citation_")]')]


def structured(site, path):
    """The triples of a page's JSON-LD."""
    answer = site.get(path, "text/html")
    found = extruct.extract(answer.text, base_url=answer.url, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert found, "there is no JSON-LD"
    return linked_data.graph(found, answer.url)


def values(triples, node, name):
    return [str(value) for value in triples.objects(node, linked_data.SCHEMA[name])]


# Highwire tags


# FAULT 9: a report without an institution has an empty tag, which Zotero overlooks (verstappen-2011).
def test_exactly_one_tag_decides_what_a_study_is(studies, pages):
    odd = {}
    for slug, page in pages.items():
        # Zotero passes over a tag without content. Whatever no tag decides is an article to it.
        deciding = [name for name, content in citation_tags(page) if name in DECIDING and content]
        if len(deciding) != 1 and (deciding or kind_of(studies[slug]) != "journal-article"):
            odd[slug] = deciding
    assert odd == {}


def test_tags_agree_with_json(studies, pages):
    for slug, study in studies.items():
        tags = citation_tags(pages[slug])
        single = dict(tags)
        assert single["citation_title"] == study["title"]
        assert single["citation_publication_date"][:4] == str(study["year"])
        assert single.get("citation_doi") == study.get("doi")
        authors = [content for name, content in tags if name == "citation_author"]
        for name, author in zip(authors, study["authors"], strict=True):
            if author["given"]:
                assert name == f"{author['family']}, {author['given']}"
            else:
                assert "," not in name and spaces(author["family"].replace(",", " ")) == spaces(name)


def test_the_site_is_never_the_publisher_of_a_study(site, pages):
    names = {content for page in pages.values() for name, content in citation_tags(page) if name == "citation_publisher"}
    own = site.page("/").xpath('string(//meta[@property="og:site_name"]/@content)')
    assert own and own not in names


def test_a_list_has_no_citation_tags(site):
    assert citation_tags(site.page("/studies")) == []


# JSON-LD


def test_a_study_page_is_about_one_work(site, studies):
    for slug, study in list(studies.items())[::6]:
        triples = structured(site, f"/studies/{slug}")
        [page] = linked_data.of_type(triples, "ItemPage")
        [work] = triples.objects(page, linked_data.SCHEMA.mainEntity)
        assert any(work in linked_data.of_type(triples, kind) for kind in WORKS)
        assert values(triples, work, "name") == [study["title"]]
        assert values(triples, work, "datePublished")[0][:4] == str(study["year"])
        assert len(set(triples.objects(work, linked_data.SCHEMA.author))) == len(study["authors"])
        if study.get("doi"):
            assert f"https://doi.org/{study['doi']}" in values(triples, work, "sameAs")


@pytest.mark.parametrize("path", ["/studies", "/interventions", "/evidence", "intervention", "study"])
def test_a_page_says_where_it_stands(site, study, interventions, path):
    if path == "study":
        path = f"/studies/{study['slug']}"
    elif path == "intervention":
        path = f"/interventions/{next(iter(interventions))}"
    triples = structured(site, path)
    assert len(linked_data.of_type(triples, "BreadcrumbList")) == 1
    for item in linked_data.of_type(triples, "ListItem"):
        assert values(triples, item, "position")


def test_the_first_page_offers_the_search(site):
    triples = structured(site, "/")
    [website] = linked_data.of_type(triples, "WebSite")
    [action] = triples.objects(website, linked_data.SCHEMA.potentialAction)
    assert action in linked_data.of_type(triples, "SearchAction")


def test_the_data_page_describes_the_data_set(site):
    triples = structured(site, "/data")
    [dataset] = linked_data.of_type(triples, "Dataset")
    for name in ("name", "license", "creator", "publisher", "version", "dateModified"):
        assert len(list(triples.objects(dataset, linked_data.SCHEMA[name]))) == 1, name
    [description] = values(triples, dataset, "description")
    assert 50 <= len(description) <= 5000


def test_every_distribution_can_be_downloaded(site):
    triples = structured(site, "/data")
    downloads = linked_data.of_type(triples, "DataDownload")
    assert downloads
    for download in downloads:
        [address] = values(triples, download, "contentUrl")
        [kind] = values(triples, download, "encodingFormat")
        site.get(address, kind)


def test_files_of_schema_org_say_the_same_alone_as_together(site, studies, study):
    answer = site.get("/studies.jsonld", "application/ld+json")
    triples = linked_data.graph(answer.json(), answer.url)
    assert len(linked_data.of_type(triples, "ItemPage")) == len(studies)
    alone = site.get(f"/studies/{study['slug']}.jsonld", "application/ld+json")
    one = linked_data.graph(alone.json(), alone.url)
    [page] = linked_data.of_type(one, "ItemPage")
    assert values(one, page, "name") == values(triples, page, "name") == [study["title"]]


# Open Graph


def test_every_page_can_be_shared(site, study):
    for path in ("/", "/studies", "/interventions", "/data", f"/studies/{study['slug']}"):
        answer = site.get(path)
        [found] = extruct.extract(answer.text, base_url=answer.url, syntaxes=["opengraph"], errors="strict")["opengraph"]
        properties = dict(found["properties"])
        assert properties["og:title"] and properties["og:url"] == site.url(path)


# COinS


def coins(page):
    return [urllib.parse.parse_qs(title, strict_parsing=True) for title in page.xpath('.//span[@class="Z3988"]/@title')]


def rows_of(page):
    return page.xpath('//*[@id="results"]//li[contains(concat(" ", @class, " "), " record ")]')


def test_coins_agree_with_ris(pages, ris):
    for slug, page in pages.items():
        [found] = coins(page)
        record = ris[slug]
        assert found["ctx_ver"] == ["Z39.88-2004"]
        assert re.fullmatch(r"info:ofi/fmt:kev:mtx:(journal|book|dissertation|dc)", found["rft_val_fmt"][0])
        title = next(found[key] for key in ("rft.atitle", "rft.btitle", "rft.title") if key in found)
        assert title == [record["title"]]
        assert found["rft.date"] == [record["year"]]
        assert found["rft.au"] == [name.removesuffix(",") for name in record["authors"]]
        doi = [value.removeprefix("info:doi/") for value in found.get("rft_id", []) if value.startswith("info:doi/")]
        assert doi == [record["doi"]] if "doi" in record else doi == []
        if record["type_of_reference"] == "JOUR":
            pairs = {"rft.jtitle": "secondary_title", "rft.volume": "volume", "rft.issue": "number", "rft.spage": "start_page"}
            for key, field in pairs.items():
                assert found.get(key) == ([record[field]] if field in record else None), (slug, key)


@pytest.mark.parametrize("path", ["/studies", "/interventions"])
def test_a_list_has_coins_for_each_row(site, path):
    page = site.page(path)
    rows = rows_of(page)
    assert rows and all(len(coins(row)) == 1 for row in rows)
    assert len(coins(page)) == len(rows)


def test_an_intervention_in_a_list_is_the_page_of_this_site(site):
    for row in rows_of(site.page("/interventions")):
        [found] = coins(row)
        [link] = row.xpath('.//*[contains(@class, "record-title")]/a')
        assert found["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"]
        assert found["rft.title"] == [link.text_content()]
        assert urllib.parse.urlsplit(found["rft.identifier"][0]).path == link.get("href")


# unAPI


def unapi(site, status, **arguments):
    answer = site.ask("/unapi", params=arguments, allow_redirects=True)
    assert answer.status_code == status
    return answer


def unapi_formats(answer):
    root = lxml.etree.fromstring(answer.content)
    assert root.tag == "formats"
    return {found.get("name"): found.get("type") for found in root.iterfind("format")}


def test_unapi_lists_the_formats_of_a_study(site, study):
    identifier = site.url(f"/studies/{study['slug']}")
    general = unapi_formats(unapi(site, 200))
    assert {"ris", "bibtex"} <= set(general)
    answer = unapi(site, 300, id=identifier)
    assert lxml.etree.fromstring(answer.content).get("id") == identifier
    assert unapi_formats(answer) == general


def test_unapi_gives_each_format(site, study):
    identifier = site.url(f"/studies/{study['slug']}")
    for name, kind in unapi_formats(unapi(site, 300, id=identifier)).items():
        assert media_type(unapi(site, 200, id=identifier, format=name)) == kind


def test_unapi_gives_the_ris_of_the_study(site, study):
    path = f"/studies/{study['slug']}"
    assert unapi(site, 200, id=site.url(path), format="ris").content == site.get(f"{path}.ris").content


def test_unapi_refuses_what_it_does_not_know(site, study):
    unapi(site, 404, id=site.url("/studies/there-is-no-such-study"))
    unapi(site, 404, id=site.url("/studies/there-is-no-such-study"), format="ris")
    unapi(site, 406, id=site.url(f"/studies/{study['slug']}"), format="none")


def test_a_study_page_names_unapi_and_itself(site, pages):
    for slug, page in pages.items():
        [server] = page.xpath('//link[@rel="unapi-server"][@type="application/xml"]/@href')
        assert site.url(server) == site.url("/unapi")
        assert page.xpath('//abbr[@class="unapi-id"]/@title') == [site.url(f"/studies/{slug}")]


# Signposting


def signposts(answer):
    """Links of a header as (relation, target, type)."""
    links = requests.utils.parse_header_links(answer.headers["link"])
    return [(rel, link["url"], link.get("type")) for link in links for rel in link["rel"].split()]


def test_signposts_lead_where_they_say(site, study):
    answer = site.get(f"/studies/{study['slug']}")
    found = signposts(answer)
    assert {"cite-as", "describedby", "type", "license", "collection", "linkset"} <= {rel for rel, _, _ in found}
    own = [(target, kind) for _, target, kind in found if site.url(target).startswith(site.base)]
    for target, kind in own:
        site.get(target, kind)


def test_a_study_is_cited_as_its_own_page(site, study):
    # The DOI is that of the work, which is held elsewhere.
    found = signposts(site.get(f"/studies/{study['slug']}"))
    assert [target for rel, target, _ in found if rel == "cite-as"] == [site.url(f"/studies/{study['slug']}")]
    assert f"https://doi.org/{study['doi']}" in [target for rel, target, _ in found if rel == "related"]


def test_descriptions_come_in_the_formats_of_reference_managers(site, study):
    found = signposts(site.get(f"/studies/{study['slug']}"))
    described = {kind: target for rel, target, kind in found if rel == "describedby"}
    for kind in list(ENDINGS)[:3]:
        assert site.url(described[kind]) == site.url(f"/studies/{study['slug']}{ENDINGS[kind]}")


def test_the_link_set_says_what_the_header_says(site, study):
    answer = site.get(f"/studies/{study['slug']}")
    header = {(rel, site.url(target)) for rel, target, _ in signposts(answer) if rel != "linkset"}
    [target] = [target for rel, target, kind in signposts(answer) if rel == "linkset"]
    sets = site.get(target, "application/linkset+json").json()["linkset"]
    about = [one for one in sets if one["anchor"] == answer.url]
    listed = {
        (rel, site.url(link["href"])) for one in about for rel, links in one.items() if rel != "anchor" for link in links
    }
    assert header <= listed


# Content negotiation


@pytest.mark.parametrize("kind", ENDINGS)
def test_a_study_answers_in_the_type_asked_for(site, study, kind):
    path = f"/studies/{study['slug']}"
    answer = site.get(path, kind, Accept=kind)
    assert answer.content == site.get(path + ENDINGS[kind], kind).content
    assert "accept" in [name.strip().lower() for name in answer.headers["vary"].split(",")]


@pytest.mark.parametrize("kind", list(ENDINGS)[:3])
def test_interventions_and_themes_answer_as_references(site, interventions, kind):
    for path in (f"/interventions/{next(iter(interventions))}", "/evidence/communications-and-actions"):
        assert site.get(path, kind, Accept=kind).content == site.get(path + ENDINGS[kind], kind).content


@pytest.mark.parametrize(
    "accept, kind",
    [
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "text/html"),
        ("text/html;q=0.5, application/x-bibtex", "application/x-bibtex"),
        ("application/x-bibtex;q=0.1, application/x-research-info-systems;q=0.2", "application/x-research-info-systems"),
        ("application/ld+json;q=0, text/html", "text/html"),
    ],
)
def test_a_study_heeds_what_is_liked_better(site, study, accept, kind):
    answer = site.get(f"/studies/{study['slug']}", kind, Accept=accept)
    assert "accept" in answer.headers["vary"].lower()


# Text


# FAULT 13: the line of authors has two full stops after an initial: "Dougherty, Shaun M.. 2013."
def test_a_study_reads_well_as_text(site, studies):
    odd = []
    for slug, study in studies.items():
        text = site.get(f"/studies/{slug}.txt", "text/plain").text
        title, line, *_ = [each for each in text.splitlines() if each.strip("=")]
        assert title == spaces(study["title"])
        assert all(author["family"] in line for author in study["authors"])
        if ".." in line:
            odd.append(line)
    assert odd == []


# OpenSearch


def test_browsers_can_add_the_search(site):
    [address] = site.page("/").xpath('//link[@rel="search"][@type="application/opensearchdescription+xml"]/@href')
    root = lxml.etree.fromstring(site.get(address, "application/opensearchdescription+xml").content)
    names = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
    for name, most in (("ShortName", 16), ("LongName", 48), ("Description", 1024)):
        assert 0 < len(root.xpath(f"string(os:{name})", namespaces=names)) <= most
    for kind in ("text/html", "application/atom+xml", "application/x-suggestions+json"):
        [template] = root.xpath(f'os:Url[@type="{kind}"]/@template', namespaces=names)
        address = re.sub(r"\{[^}]*\?\}", "1", template.replace("{searchTerms}", "reading"))
        assert "{" not in address
        site.get(address, kind)


def test_suggestions_complete_what_was_typed(site):
    typed, found, *_ = site.get("/suggestions?q=read", "application/x-suggestions+json").json()
    assert typed == "read" and found and all(isinstance(each, str) for each in found)


# Whole lists as JSON


@pytest.mark.parametrize("path", ["/studies.json", "/interventions.json"])
def test_a_list_as_json_has_every_record_once(site, path):
    body = site.json(path)
    [found] = [slugs(value) for value in body.values() if isinstance(value, list)]
    assert found and len(set(found)) == len(found) == body["total"]
    assert body["licence"].startswith("https://creativecommons.org/") and body["source"] and body["made"]
    site.get(body["url"], "text/html")
