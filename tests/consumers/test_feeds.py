"""The Atom feeds, as feed readers see them."""

import feedparser
import lxml.etree
import pytest

from server import slugs

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
THEME = "supporting-the-home-learning-environment"
FEEDS = ["/changes.atom", "/studies.atom", "/interventions.atom", f"/studies.atom?theme={THEME}"]


def read(site, path):
    feed = feedparser.parse(site.get(path, "application/atom+xml").content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def link(feed, *rels):
    """The address of a feed's link; None when there is none."""
    found = [each.href for each in feed.feed.links if each.rel in rels]
    assert len(found) <= 1, f"{len(found)} links {rels}"
    return found[0] if found else None


def pages(site, path):
    """The feed through all its pages."""
    while path:
        feed = read(site, path)
        yield feed
        path = link(feed, "next")


def entries(site, path):
    return [entry for feed in pages(site, path) for entry in feed.entries]


@pytest.fixture(params=FEEDS)
def path(request):
    return request.param


def test_the_paging_covers_every_entry_once(site, path):
    ids = [entry.id for entry in entries(site, path)]
    assert ids and len(set(ids)) == len(ids)


def test_ids_stay_the_same(site, path):
    assert [entry.id for entry in entries(site, path)] == [entry.id for entry in entries(site, path)]


def test_feed_and_entries_have_what_atom_wants_exactly_once(site, path):
    root = lxml.etree.fromstring(site.get(path).content)
    entries = root.findall(f"{ATOM}entry")
    for part in [root, *entries]:
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
    signed = [root] if root.findall(f"{ATOM}author") else entries
    assert all(part.findtext(f"{ATOM}author/{ATOM}name") for part in signed)


def test_a_feed_names_itself_and_its_page(site, path):
    feed = read(site, path)
    assert link(feed, "self") == site.url(path)
    site.get(link(feed, "alternate"), "text/html")


def test_a_feed_is_as_new_as_its_newest_entry(site, path):
    feed = read(site, path)
    assert feed.feed.updated_parsed >= max(entry.updated_parsed for entry in feed.entries)


def test_an_entry_leads_to_its_page(site, path):
    for entry in read(site, path).entries[:10]:
        site.get(entry.link, "text/html")


def test_pages_lead_back(site, path):
    before = None
    for feed in pages(site, path):
        back = link(feed, "previous", "prev")
        assert bool(back) == bool(before)
        if before:
            assert [entry.id for entry in read(site, back).entries] == [entry.id for entry in before.entries]
        before = feed


def test_the_feed_of_studies_has_every_study(site, studies):
    assert {entry.link for entry in entries(site, "/studies.atom")} == {site.url(f"/studies/{slug}") for slug in studies}


def test_the_feed_of_changes_has_every_study_and_intervention(site, studies, interventions):
    wanted = {site.url(f"/studies/{slug}") for slug in studies}
    wanted |= {site.url(f"/interventions/{slug}") for slug in interventions}
    assert {entry.link for entry in entries(site, "/changes.atom")} == wanted


def test_a_filtered_feed_has_the_filtered_only(site, studies):
    wanted = {site.url(f"/studies/{slug}") for slug, study in studies.items() if THEME in slugs(study["themes"])}
    assert 0 < len(wanted) < len(studies)
    assert {entry.link for entry in entries(site, f"/studies.atom?theme={THEME}")} == wanted


def test_a_filtered_feed_says_so_in_its_title(site):
    theme = site.page(f"/evidence/{THEME}").xpath("normalize-space(//h1)")
    titles = [read(site, path).feed.title for path in ("/studies.atom", f"/studies.atom?theme={THEME}")]
    assert theme not in titles[0] and theme in titles[1]


def test_filtered_or_not_an_entry_keeps_its_id(site):
    whole = {entry.link: entry.id for entry in entries(site, "/studies.atom")}
    for entry in entries(site, f"/studies.atom?theme={THEME}"):
        assert whole[entry.link] == entry.id


def test_a_feed_says_how_many_there_are(site, studies):
    root = lxml.etree.fromstring(site.get("/studies.atom").content)
    assert int(root.findtext(f"{OPENSEARCH}totalResults")) == len(studies)


@pytest.mark.parametrize("page, feed", [("/studies", "/studies.atom"), ("/changes", "/changes.atom")])
def test_the_page_names_its_feed(site, page, feed):
    found = site.page(page).xpath('//link[@rel="alternate"][@type="application/atom+xml"]/@href')
    assert site.url(feed) in [site.url(each) for each in found]
