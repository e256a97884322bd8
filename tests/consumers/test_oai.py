"""Harvesting over OAI-PMH 2.0, as aggregators and libraries do it."""

import concurrent.futures
import datetime
import re
import time
import urllib.parse

import lxml.etree
import lxml.html
import pytest
import sickle
from sickle.oaiexceptions import NoRecordsMatch

import examples
import server

OAI = "{http://www.openarchives.org/OAI/2.0/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MODS = "{http://www.loc.gov/mods/v3}"
ROOTS = {"oai_dc": f"{OAI_DC}dc", "mods": f"{MODS}mods"}
SECONDS = "%Y-%m-%dT%H:%M:%SZ"
MANY = 10_000


def ask(site, arguments, method="GET"):
    """The root of an answer. `arguments` are pairs, so that one may come twice."""
    place = "params" if method == "GET" else "data"
    answer = site.ask("/oai", method, **{place: arguments})
    assert answer.status_code == 200
    assert server.media_type(answer) == "text/xml"
    root = lxml.etree.fromstring(answer.content)
    assert root.tag == f"{OAI}OAI-PMH"
    return root


def client(site, **options):
    return sickle.Sickle(site.url("/oai"), timeout=60, encoding="utf-8", **options)


def harvest(site, prefix="oai_dc", **arguments):
    """All records by identifier, through all tokens; one that comes twice is an error."""
    found = {}
    for record in client(site).ListRecords(metadataPrefix=prefix, **arguments):
        assert record.header.identifier not in found, "a record comes twice"
        found[record.header.identifier] = record
    return found


def titles(records):
    return {record.metadata["title"][0] for record in records.values()}


def later(datestamp, seconds):
    moment = datetime.datetime.strptime(datestamp, SECONDS) + datetime.timedelta(seconds=seconds)
    return moment.strftime(SECONDS)


@pytest.fixture(scope="module")
def records(site):
    return harvest(site)


@pytest.fixture(scope="module")
def identifier(records):
    return next(iter(records))


def test_the_repository_identifies_itself(site, records):
    said = client(site).Identify()
    assert said.baseURL == site.url("/oai")
    assert (said.protocolVersion, said.deletedRecord, said.granularity) == ("2.0", "persistent", "YYYY-MM-DDThh:mm:ssZ")
    assert said.repositoryName and "@" in said.adminEmail
    assert said.earliestDatestamp <= min(record.header.datestamp for record in records.values())


def test_it_offers_dublin_core_and_mods(site, identifier):
    namespaces = {"oai_dc": OAI_DC, "mods": MODS}
    for arguments in ({}, {"identifier": identifier}):
        formats = {found.metadataPrefix: found for found in client(site).ListMetadataFormats(**arguments)}
        assert set(formats) == set(namespaces)
        for prefix, namespace in namespaces.items():
            assert formats[prefix].metadataNamespace == namespace.strip("{}")
            assert formats[prefix].schema.endswith(".xsd")


def test_sets_are_themes_and_origins(site, studies):
    themes = {f"theme:{theme}" for study in studies.values() for theme in server.slugs(study["themes"])}
    found = [found.setSpec for found in client(site).ListSets()]
    assert len(set(found)) == len(found)
    assert set(found) == themes | {"theme", "origin", "origin:uk", "origin:international"}


def test_every_study_comes_once_and_nothing_else(studies, records):
    assert len(records) == len(studies)
    assert titles(records) == {study["title"] for study in studies.values()}


def test_identifiers_are_made_of_host_and_number(site, records):
    host = urllib.parse.urlsplit(site.base).hostname
    odd = [identifier for identifier in records if not re.fullmatch(rf"oai:{re.escape(host)}:study/\d+", identifier)]
    assert odd == []


@pytest.mark.parametrize("prefix", ROOTS)
def test_metadata_is_in_its_namespace(site, prefix):
    for record in harvest(site, prefix).values():
        [metadata] = record.xml.findall(f"{OAI}metadata")
        [root] = metadata
        assert root.tag == ROOTS[prefix]


def test_dublin_core_agrees_with_json(site, studies, records):
    by_title = {study["title"]: (slug, study) for slug, study in studies.items()}
    for record in records.values():
        slug, study = by_title[record.metadata["title"][0]]
        assert len(record.metadata["creator"]) == len(study["authors"])
        assert record.metadata["date"] == [str(study["year"])]
        assert site.url(f"/studies/{slug}") in record.metadata["identifier"]
        if study.get("doi"):
            assert any(study["doi"] in found for found in record.metadata["identifier"] + record.metadata.get("relation", []))
        assert all(element.tag.startswith(DC) for element in record.xml.iterfind(f".//{OAI_DC}dc/*"))


def test_mods_agrees_with_json(site, studies):
    wanted = {(study["title"], len(study["authors"]), str(study["year"])) for study in studies.values()}
    found = set()
    for record in harvest(site, "mods").values():
        [mods] = record.xml.iterfind(f".//{MODS}mods")
        title = " ".join(mods.xpath("m:titleInfo/*/text()", namespaces={"m": MODS.strip("{}")}))
        year = mods.xpath("string(.//m:dateIssued)", namespaces={"m": MODS.strip("{}")})
        found.add((title, len(mods.findall(f"{MODS}name")), year))
    assert found == wanted


@pytest.mark.parametrize("prefix", ROOTS)
def test_one_record_is_the_same_alone_as_in_the_list(site, prefix):
    for listed in list(harvest(site, prefix).values())[:5]:
        alone = client(site).GetRecord(identifier=listed.header.identifier, metadataPrefix=prefix)
        assert lxml.etree.tostring(alone.xml, method="c14n") == lxml.etree.tostring(listed.xml, method="c14n")


def test_headers_alone_are_the_headers_of_the_records(site, records):
    headers = {header.identifier: header for header in client(site).ListIdentifiers(metadataPrefix="oai_dc")}
    assert set(headers) == set(records)
    for identifier, header in headers.items():
        assert (header.datestamp, header.setSpecs) == (
            records[identifier].header.datestamp, records[identifier].header.setSpecs,
        )


def test_a_set_holds_its_studies_and_no_others(site, studies):
    for spec in [found.setSpec for found in client(site).ListSets() if ":" in found.setSpec]:
        kind, value = spec.split(":")
        wanted = {
            study["title"]
            for study in studies.values()
            if (value in server.slugs(study["themes"]) if kind == "theme" else study["origin"]["slug"] == value)
        }
        found = harvest(site, set=spec)
        assert titles(found) == wanted, spec
        assert all(spec in record.header.setSpecs for record in found.values())


def test_a_set_of_sets_holds_what_they_hold(site, records):
    for spec in ("theme", "origin"):
        assert set(harvest(site, set=spec)) == set(records)


def test_from_and_until_take_in_both_ends(site, records):
    stamps = sorted(record.header.datestamp for record in records.values())
    first, last = stamps[0], stamps[-1]
    assert set(harvest(site, **{"from": first, "until": last})) == set(records)
    assert set(harvest(site, **{"from": first[:10], "until": last[:10]})) == set(records)
    for arguments in ({"from": later(last, 1)}, {"until": later(first, -1)}):
        with pytest.raises(NoRecordsMatch):
            harvest(site, **arguments)


ERRORS = {
    "no verb": ("badVerb", []),
    "an unknown verb": ("badVerb", [("verb", "Harvest")]),
    "the verb twice": ("badVerb", [("verb", "Identify"), ("verb", "Identify")]),
    "an argument too many": ("badArgument", [("verb", "Identify"), ("metadataPrefix", "oai_dc")]),
    "an unknown argument": ("badArgument", [("verb", "ListSets"), ("colour", "red")]),
    "no prefix": ("badArgument", [("verb", "ListRecords")]),
    "no identifier": ("badArgument", [("verb", "GetRecord"), ("metadataPrefix", "oai_dc")]),
    "an argument twice": (
        "badArgument", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("metadataPrefix", "oai_dc")],
    ),
    "an argument beside a token": (
        "badArgument", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", "x")],
    ),
    "no date": ("badArgument", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "yesterday")]),
    "a day that never was": ("badArgument", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2024-02-30")]),
    "two granularities": (
        "badArgument",
        [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2020-01-01"), ("until", "2030-01-01T00:00:00Z")],
    ),
    "an end before the start": (
        "badArgument", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2024-01-02"), ("until", "2024-01-01")],
    ),
    "a token that is none": ("badResumptionToken", [("verb", "ListRecords"), ("resumptionToken", "x")]),
    "an unknown prefix": ("cannotDisseminateFormat", [("verb", "ListRecords"), ("metadataPrefix", "marc21")]),
    "an unknown record": (
        "idDoesNotExist", [("verb", "GetRecord"), ("metadataPrefix", "oai_dc"), ("identifier", "oai:example.org:study/0")],
    ),
    "formats of an unknown record": ("idDoesNotExist", [("verb", "ListMetadataFormats"), ("identifier", "nonsense")]),
    "before there was anything": (
        "noRecordsMatch", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1999-12-31")],
    ),
    "an unknown set": ("noRecordsMatch", [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "theme:none")]),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("case", ERRORS)
def test_an_error_says_its_code(site, case, method):
    code, arguments = ERRORS[case]
    root = ask(site, arguments, method)
    [error] = root.findall(f"{OAI}error")
    assert error.get("code") == code
    if code in ("badVerb", "badArgument"):
        assert not root.find(f"{OAI}request").attrib


def test_an_answer_repeats_its_request_and_its_time(site):
    root = ask(site, [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), ("set", "origin:uk")])
    assert [child.tag for child in root] == [f"{OAI}responseDate", f"{OAI}request", f"{OAI}ListIdentifiers"]
    request = root.find(f"{OAI}request")
    assert request.text == site.url("/oai")
    assert dict(request.attrib) == {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "origin:uk"}
    datetime.datetime.strptime(root.findtext(f"{OAI}responseDate"), SECONDS)


def test_post_answers_as_get(site, identifier):
    for arguments in (
        [("verb", "Identify")],
        [("verb", "ListSets")],
        [("verb", "GetRecord"), ("metadataPrefix", "mods"), ("identifier", identifier)],
    ):
        got, posted = (ask(site, arguments, method) for method in ("GET", "POST"))
        assert lxml.etree.tostring(got[2], method="c14n") == lxml.etree.tostring(posted[2], method="c14n")


READABLE = {
    "Identify": [("verb", "Identify")],
    "ListSets": [("verb", "ListSets")],
    "ListMetadataFormats": [("verb", "ListMetadataFormats")],
    "ListIdentifiers": [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc")],
    "ListRecords": [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")],
    "ListRecords in MODS": [("verb", "ListRecords"), ("metadataPrefix", "mods")],
    "GetRecord": [("verb", "GetRecord"), ("metadataPrefix", "oai_dc")],
    "an error": [("verb", "ListRecords")],
}


@pytest.mark.parametrize("case", READABLE)
def test_a_person_can_read_an_answer(site, identifier, case):
    """A browser runs the style sheet that the answer names."""
    arguments = READABLE[case] + ([("identifier", identifier)] if case == "GetRecord" else [])
    root = ask(site, arguments)
    [instruction] = [node for node in root.xpath("preceding-sibling::node()") if node.target == "xml-stylesheet"]
    assert instruction.get("type") == "text/xsl"
    style = lxml.etree.XSLT(lxml.etree.fromstring(site.get(instruction.get("href")).content))
    page = lxml.html.fromstring(lxml.etree.tostring(style(root), method="html"), base_url=site.url("/oai"))
    assert page.xpath("count(//h1)") == 1 and page.xpath("normalize-space(//h1)")
    for address in page.xpath('//link[@rel="stylesheet"]/@href'):
        site.get(address, "text/css")

    shown = [server.spaces(title.text_content()) for title in page.xpath('//li[@class="record"]//h3')]
    names = {"dc": DC.strip("{}"), "m": MODS.strip("{}"), "oai": OAI.strip("{}")}
    listed = "//oai:ListIdentifiers//oai:identifier | //oai:metadata//dc:title | //oai:metadata/m:mods/m:titleInfo/m:title"
    assert shown == [server.spaces(each.text) for each in root.xpath(listed, namespaces=names)]
    for token in root.iter(f"{OAI}resumptionToken"):
        [on] = page.xpath('//a[contains(@href, "resumptionToken")]/@href')
        assert lxml.etree.fromstring(site.get(on).content).find(f"{OAI}error") is None
    if case == "an error":
        assert "badArgument" in page.text_content()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A server of its own with many more studies, which tests change."""
    folder = tmp_path_factory.mktemp("archive")
    running = server.Server(folder / "data")
    server.run(running.data, "import", examples.write(folder / "many", map(examples.study, range(1, MANY + 1))))
    examples.wait_for(running, MANY)
    yield running
    running.stop()


def test_a_harvest_during_changes_gives_every_record_once(archive):
    before = {header.identifier: header.datestamp for header in client(archive).ListIdentifiers(metadataPrefix="oai_dc")}
    assert len(before) > MANY
    editor = server.Editor(archive, "eve")
    changed = range(50, MANY, 100)
    withdrawn = sorted(before)[:: len(before) // 9]
    time.sleep(1.1)  # so that the changes have other datestamps than what was there

    def change():
        studies = [examples.study(number, version=2) for number in changed]
        studies += map(examples.study, range(MANY + 1, MANY + 301))
        server.run(archive.data, "import", examples.write(archive.data.parent / "more", studies))
        for identifier in withdrawn:
            editor.withdraw(identifier.rsplit("/", 1)[1], "Withdrawn in a test")
        examples.wait_for(archive, MANY + 300)

    found = {}
    with concurrent.futures.ThreadPoolExecutor() as threads:
        for count, record in enumerate(client(archive).ListRecords(metadataPrefix="oai_dc")):
            assert record.header.identifier not in found, "a record comes twice"
            found[record.header.identifier] = record
            if count == 200:
                changing = threads.submit(change)
            if count == 3000:
                changing.result()
    assert set(before) <= set(found), "a record does not come"
    others = [record for identifier, record in found.items() if identifier not in before]
    assert all(record.metadata["title"][0].startswith("Example study 10") for record in others)

    for identifier in withdrawn:
        gone = client(archive).GetRecord(identifier=identifier, metadataPrefix="oai_dc")
        assert gone.deleted and not gone.xml.findall(f"{OAI}metadata")
        assert gone.header.datestamp > before[identifier]
    deleted = {identifier for identifier, record in found.items() if record.deleted}
    assert deleted <= set(withdrawn)

    # Whoever harvests again from the time of the last harvest gets the changes and no more.
    news = harvest(archive, **{"from": later(max(before.values()), 1)})
    live = {identifier: record for identifier, record in news.items() if not record.deleted}
    assert set(news) - set(live) == set(withdrawn)
    wanted = {examples.study(number, version=2)["title"] for number in changed}
    wanted |= {examples.study(number)["title"] for number in range(MANY + 1, MANY + 301)}
    gone_titles = wanted - titles(live)
    assert titles(live) <= wanted and len(gone_titles) <= len(withdrawn)


def test_a_token_says_how_much_there_is(archive):
    root = ask(archive, [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc")])
    token = root.find(f".//{OAI}resumptionToken")
    assert token.text
    size = token.get("completeListSize")
    assert size is None or int(size) >= MANY
    assert token.get("cursor") in (None, "0")


def test_a_token_works_twice(archive):
    token = ask(archive, [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc")]).findtext(f".//{OAI}resumptionToken")
    pages = [ask(archive, [("verb", "ListIdentifiers"), ("resumptionToken", token)]) for _ in range(2)]
    first, second = ([found.text for found in page.iter(f"{OAI}identifier")] for page in pages)
    assert first and first == second
