"""JSON-LD as a triple store reads it, without fetching anything: contexts of others are put in by hand."""

import json

import rdflib

SCHEMA = rdflib.Namespace("https://schema.org/")
EVREPO = rdflib.Namespace("https://vocab.evidence-repository.org/")

ADDRESSES = {"@type": "@id"}
OF_SCHEMA_ORG = {"@vocab": str(SCHEMA)} | dict.fromkeys(("sameAs", "url", "license", "contentUrl"), ADDRESSES)
# As far as our documents need it, in the place of the published context of the evidence repositories.
OF_EVIDENCE = {
    "@vocab": str(EVREPO),
    "evrepo": str(EVREPO),
    "esea": "https://vocab.esea.education/",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
} | dict.fromkeys(
    ("comparedTo", "effectSizeMetric", "evaluates", "forCondition", "hasContext", "sampleSize", "status"), ADDRESSES
)


def graph(data, base):
    """The triples of a document."""
    text = json.dumps(_with_own_context(data))
    return rdflib.Dataset(default_union=True).parse(data=text, format="json-ld", publicID=base)


def of_type(triples, name, vocabulary=SCHEMA):
    """The nodes that are of a type of a vocabulary."""
    return set(triples.subjects(rdflib.RDF.type, vocabulary[name]))


def _with_own_context(value):
    if isinstance(value, list):
        return [_with_own_context(each) for each in value]
    if not isinstance(value, dict):
        return value
    value = {key: each if key == "@context" else _with_own_context(each) for key, each in value.items()}
    if "@context" in value:
        contexts = value["@context"] if isinstance(value["@context"], list) else [value["@context"]]
        value["@context"] = [_own(context) for context in contexts]
    return value


def _own(context):
    if not isinstance(context, str):
        return context
    if context.rstrip("/") in ("https://schema.org", "http://schema.org"):
        return OF_SCHEMA_ORG
    known = context.startswith(str(EVREPO)) and context.endswith("/1.1/context.jsonld")
    assert known, f"whoever reads this offline does not have the context {context}"
    return OF_EVIDENCE
