"""What the tests share: one server with the starter collection, and its studies as JSON."""

import pytest

import server


def pytest_configure(config):
    # The RDF library's own affair.
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:rdflib")


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """The data folder of `site`."""
    return tmp_path_factory.mktemp("site") / "data"


@pytest.fixture(scope="session")
def site(data):
    """A server with the starter collection and a snapshot of it. No test changes what readers see of it."""
    running = server.Server(data)
    server.run(data, "--public-url", running.base, "snapshot", data / "snapshots")
    running.wait_until(lambda: ".zip" in running.get("/data").text, "the page does not offer the snapshot")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def studies(site):
    """The JSON of every study, each from its own address, by slug."""
    slugs = server.slugs(site.json("/studies.json")["studies"])
    assert slugs, "there are no studies to test with"
    return {slug: site.json(f"/studies/{slug}.json") for slug in slugs}


@pytest.fixture(scope="session")
def interventions(site):
    """The JSON of every intervention, by slug."""
    return {record["slug"]: record for record in site.json("/interventions.json")["interventions"]}


@pytest.fixture(scope="session")
def study(studies):
    """A journal article with a DOI: it has most of what a reference can have."""
    return next(s for s in studies.values() if s["doi"] and server.kind_of(s) == "journal-article")


@pytest.fixture(scope="session")
def snapshot_maker(tmp_path_factory):
    """A server that makes its first snapshot by itself, a minute after its start."""
    running = server.Server(tmp_path_factory.mktemp("snapshot-maker") / "data", EWF_NO_SNAPSHOTS="false")
    yield running
    running.stop()


@pytest.fixture(scope="session", autouse=True)
def begun_ahead(request):
    """Starts at once what takes a minute, so that other tests fill the time."""
    if any("snapshot_maker" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("snapshot_maker")
