"""What the description of the API cannot say to schemathesis, which makes requests from it."""

import datetime
import json
import os

import schemathesis

# Names of records by the folder of their addresses, since most names that keep to the pattern are nobody's.
NAMES = json.loads(os.environ["NAMES"])
# Parameters that the search takes for interventions only.
OF_INTERVENTIONS = ["setting", "cost"]


@schemathesis.hook
def map_case(context, case):
    if not case.meta.generation.mode.is_positive:
        return case
    if "as-of" in case.query:
        case.query["as-of"] = str(datetime.datetime.now(datetime.UTC).date())
    if case.path.endswith("/search") and case.query.get("kind") != "interventions":
        for name in OF_INTERVENTIONS:
            case.query.pop(name, None)
    slug = case.path_parameters.get("slug")
    # Every second name stays as it was made.
    if slug and len(slug) % 2:
        names = NAMES[case.path.split("/")[3]]
        case.path_parameters["slug"] = names[len(slug) % len(names)]
    return case
