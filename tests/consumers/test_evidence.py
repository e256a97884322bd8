"""The studies in the vocabulary of the Education Sector Evidence Architecture.

Its context is at an address of others, which a test must not need. So these tests look at types and shapes, and a triple
store reads the documents with a context of our own making.
"""

import pytest
import rdflib

import linked_data

ANNOTATED = {"DocumentType", "EducationLevel", "EducationTheme", "Numeric", "Outcome", "SampleFeatures", "Setting",
             "String", "StudyDesign"}
EVIDENCE = {"LinkedDataEnhancement", "dct:ProvenanceStatement", "Investigation", "Finding", "Intervention", "Context",
            "Outcome", "Condition", "ControlCondition", "TemporalCondition", "ObservedResult", "EffectEstimate",
            "xsd:decimal", "xsd:integer", "xsd:string"} | {f"{name}CodingAnnotation" for name in ANNOTATED}


@pytest.fixture(scope="module")
def evidence(site):
    """The file of all studies."""
    return site.get("/studies.esea.jsonld", "application/ld+json").json()


def within(value):
    """What an object or a list holds."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def nodes(value):
    """All objects of a document."""
    found = [value] if isinstance(value, dict) else []
    return found + [node for each in within(value) for node in nodes(each)]


def labels(value):
    """All labels of blank nodes of a document, whether they stand as "@id" or alone."""
    found = [value] if isinstance(value, str) and value.startswith("_:") else []
    return found + [label for each in within(value) for label in labels(each)]


def test_evidence_is_in_the_published_context_and_of_its_types(site, studies, evidence):
    assert set(evidence) == {"@context", "@graph"}
    assert isinstance(evidence["@context"], str) and "/published/" in evidence["@context"]
    assert [node["@id"] for node in evidence["@graph"]] == [site.url(f"/studies/{slug}.esea.jsonld") for slug in studies]
    assert {node["@type"] for node in nodes(evidence["@graph"]) if "@type" in node} <= EVIDENCE


def test_evidence_of_a_study_is_the_same_alone_as_together(site, studies, evidence):
    for node, slug in list(zip(evidence["@graph"], studies))[::10]:
        alone = site.json(f"/studies/{slug}.esea.jsonld")
        assert alone == {"@context": evidence["@context"], "@graph": [node]}


def test_every_effect_is_a_finding(studies, evidence):
    for node, study in zip(evidence["@graph"], studies.values()):
        findings = node["hasInvestigation"]["hasFinding"]
        assert len(study["effects"]) <= len(findings) <= len(study["effects"]) + 1
        assert findings
        for finding, effect in zip(findings, study["effects"]):
            found = [float(each["pointEstimate"]["@value"]) for each in finding.get("hasEffectEstimate", [])]
            assert found == ([] if effect["metric"] == "other" else [effect["estimate"]])
        assert all("hasEffectEstimate" not in finding for finding in findings[len(study["effects"]):])


def test_a_label_is_described_once_within_its_study(evidence):
    described = [node["@id"] for node in nodes(evidence["@graph"]) if node.get("@id", "").startswith("_:")]
    assert len(set(described)) == len(described)
    for study in evidence["@graph"]:
        own = {node["@id"] for node in nodes(study) if "@id" in node}
        assert set(labels(study)) <= own


def test_evidence_becomes_whole_triples(site, studies, evidence):
    triples = linked_data.graph(evidence, site.base)
    investigations, findings, contexts = (
        linked_data.of_type(triples, name, linked_data.EVREPO) for name in ("Investigation", "Finding", "Context")
    )
    assert len(investigations) == len(studies)
    for finding in findings:
        assert set(triples.objects(finding, linked_data.EVREPO.hasContext)) <= contexts
    literals = [value for value in triples.objects() if isinstance(value, rdflib.Literal)]
    assert literals and [value for value in literals if value.ill_typed] == []
