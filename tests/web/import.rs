//! Folders of evidence: in, out, and refused.

use std::fs;
use std::path::Path;

use engaging_with_families::exchange::folder::export;
use engaging_with_families::import::faults::Faults;
use engaging_with_families::import::folder::Source;
use engaging_with_families::import::store::{Outcome, import};
use engaging_with_families::records::audit::Act;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::site::Site;

fn act() -> Act {
    Act {
        person: None,
        time: "2026-11-26T09:00:00Z".parse().unwrap(),
    }
}

async fn take(site: &Site, folder: &Path) -> anyhow::Result<Outcome> {
    import(
        &site.app.db,
        &Source::Folder(folder.to_owned()),
        act(),
        |_| {},
    )
    .await
}

fn write(folder: &Path, name: &str, records: &Value) {
    fs::write(folder.join(name), records.to_string()).unwrap();
}

pub fn study(slug: &str) -> Value {
    json!({
        "slug": slug, "title": format!("A study called {slug}"), "authors": [{"family": "A", "given": "B"}],
        "year": 2012, "publication_type": "journal-article", "verified": {"level": "abstract", "sources": []},
    })
}

#[tokio::test]
async fn the_starter_collection_comes_out_as_it_went_in_byte_for_byte() {
    let site = Site::starter().await;
    let out = TempDir::new().unwrap();
    assert_eq!(export(&site.app.db, out.path()).await.unwrap(), 168);
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/evidence");
    let mut compared = 0;
    for entry in fs::read_dir(out.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        let (exported, original) = (
            fs::read(&path).unwrap(),
            fs::read(assets.join(name)).unwrap(),
        );
        assert!(exported == original, "{} differs", name.display());
        compared += 1;
    }
    assert_eq!(compared, 7);
    let again = take(&site, out.path()).await.unwrap();
    assert_eq!(
        again,
        Outcome {
            added: 0,
            changed: 0,
            unchanged: 168
        }
    );
}

#[tokio::test]
async fn a_running_site_shows_what_was_imported() {
    let site = Site::starter().await;
    let folder = TempDir::new().unwrap();
    let mut new = study("zebra-2012");
    new["interventions"] = json!(["hippy"]);
    new["title"] = json!("Zebras and homework");
    write(folder.path(), "studies.json", &json!([new]));
    let outcome = take(&site, folder.path()).await.unwrap();
    assert_eq!(
        outcome,
        Outcome {
            added: 1,
            changed: 0,
            unchanged: 0
        }
    );
    site.app.collection.refresh().await.unwrap();
    assert_eq!(site.page("/studies").await.count(), 120);
    assert_eq!(
        site.page("/studies?q=zebras").await.titles(),
        ["Zebras and homework"]
    );
    assert!(
        site.page("/interventions/hippy")
            .await
            .words("#every-study")
            .contains("A, 2012")
    );
}

#[tokio::test]
async fn every_fault_is_named_and_nothing_is_kept() {
    let site = Site::starter().await;
    let folder = TempDir::new().unwrap();
    let mut bad = study("bad-2012");
    bad["year"] = json!("2012");
    bad["titel"] = json!("misspelt");
    bad["stages"] = json!(["primary", "nursery"]);
    bad["countries"] = json!(["XX"]);
    bad["doi"] = json!("https://doi.org/10.1/2");
    bad["url"] = json!("javascript:alert(1)");
    bad["themes"] = json!(["no-such-theme"]);
    bad["quotes"] = json!([{"field": "stages"}, {"field": "title", "quote": "x"}]);
    bad["effects"] = json!([{"outcome": "literacy", "measure": "x", "metric": "smd", "estimate": 1,
                            "ci_low": 2, "ci_high": 1}]);
    let nameless = json!({"slug": "Not A Slug", "verified": {"level": "guess"}});
    write(
        folder.path(),
        "studies.json",
        &json!([study("good-2012"), bad, nameless, study("good-2012"), 7]),
    );
    write(
        folder.path(),
        "themes.json",
        &json!([{"slug": "t", "title": "T", "position": 9, "narrative": "x [@nobody-1999]. y [@Not ok]."}]),
    );
    fs::write(folder.path().join("pages.json"), "[{\"slug\": \"about\"").unwrap();

    write(
        folder.path(),
        "vocabularies.json",
        &json!([
            {"slug": "stage", "label": "Stage", "terms": [{"slug": "any", "label": "Any"}, {"slug": "adult"}]},
            {"slug": "colour", "label": "Colour"},
        ]),
    );
    write(
        folder.path(),
        "synonyms.json",
        &json!([["dads", "fathers"], ["one", 2]]),
    );

    let refused = take(&site, folder.path()).await.unwrap_err();
    let faults = refused.downcast::<Faults>().unwrap().to_string();
    for expected in [
        "studies.json, record 2 \"bad-2012\", year: expected a year, found \"2012\"",
        "studies.json, record 2 \"bad-2012\", titel: is not a field of this kind of record",
        "studies.json, record 2 \"bad-2012\", stages[1]: \"nursery\" is no term of the vocabulary stage",
        "studies.json, record 2 \"bad-2012\", countries[0]: expected an ISO 3166-1 alpha-2 code, found \"XX\"",
        "studies.json, record 2 \"bad-2012\", doi: expected a DOI",
        "studies.json, record 2 \"bad-2012\", url: expected an address",
        "studies.json, record 2 \"bad-2012\", themes[0]: there is no theme \"no-such-theme\"",
        "studies.json, record 2 \"bad-2012\", quotes[0].quote: a quote has words",
        "studies.json, record 2 \"bad-2012\", quotes[1].field: expected a coded field",
        "studies.json, record 2 \"bad-2012\", effects[0].metric: expected a metric",
        "studies.json, record 2 \"bad-2012\", effects[0].ci_low: lies above the other end",
        "studies.json, record 3 \"Not A Slug\", slug: expected lower-case letters",
        "studies.json, record 3 \"Not A Slug\", title: is required",
        "studies.json, record 3 \"Not A Slug\", verified.level: expected full-text",
        "studies.json, record 4 \"good-2012\", slug: another study of this file has the slug",
        "studies.json, record 5: is not a JSON object",
        "themes.json, record 1 \"t\", narrative: there is no study \"nobody-1999\"",
        "themes.json, record 1 \"t\", narrative: [@Not ok] is not a citation",
        "pages.json: is not a JSON array of records",
        "vocabularies.json, vocabulary 1 \"stage\", terms[0].slug: expected a slug that no filter uses",
        "vocabularies.json, vocabulary 1 \"stage\", terms[1].label: is required",
        "vocabularies.json, vocabulary 2 \"colour\", slug: expected one of the vocabularies",
        "synonyms.json, group 2: is not a list of words and phrases",
        "Nothing was imported: ",
    ] {
        assert!(
            faults.contains(expected),
            "missing \"{expected}\" in:\n{faults}"
        );
    }
    site.app.collection.refresh().await.unwrap();
    assert_eq!(site.page("/studies").await.count(), 119);
}

#[tokio::test]
async fn what_curators_have_in_hand_is_not_overwritten() {
    use engaging_with_families::records::{record::Kind, slug::Slug, store};
    let site = Site::starter().await;
    let slug = Slug::parse("mol-2008").unwrap();
    let mut transaction = site.app.db.begin().await.unwrap();
    let standing = store::present(&mut transaction, Kind::Study, &slug)
        .await
        .unwrap()
        .unwrap();
    store::append(
        &mut transaction,
        standing.id,
        &standing.body,
        "a draft",
        act(),
    )
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    let folder = TempDir::new().unwrap();
    write(folder.path(), "studies.json", &json!([study("mol-2008")]));
    let refused = take(&site, folder.path()).await.unwrap_err().to_string();
    assert!(
        refused.contains("has a draft that is not published"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_folder_without_evidence_is_refused() {
    let site = Site::empty().await;
    let refused = take(&site, TempDir::new().unwrap().path())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("none of the files of a collection"),
        "{refused}"
    );
}

#[tokio::test]
async fn the_three_states_of_a_coded_field_survive_a_round_trip() {
    let site = Site::empty().await;
    let folder = TempDir::new().unwrap();
    let mut one = study("one-2012");
    one["stages"] = json!("not-applicable");
    one["disadvantage_focus"] = json!("not-reported");
    one["study_design"] = json!("not-applicable");
    let quotes = json!([{"field": "stages", "quote": "all ages", "page": "4"}]);
    one["quotes"] = quotes.clone();
    write(folder.path(), "studies.json", &json!([one]));
    take(&site, folder.path()).await.unwrap();
    site.app.collection.refresh().await.unwrap();
    let page = site.page("/studies/one-2012").await;
    let facts = page.words("#facts");
    assert!(
        facts.contains("Stages Not applicable")
            && facts.contains("Disadvantage focus Not reported"),
        "{facts}"
    );
    assert_eq!(site.page("/studies?stage=not-applicable").await.count(), 1);
    assert_eq!(site.page("/studies?focus=not-reported").await.count(), 1);
    assert_eq!(site.page("/studies?focus=any").await.count(), 0);
    let out = TempDir::new().unwrap();
    export(&site.app.db, out.path()).await.unwrap();
    let studies: Value =
        serde_json::from_slice(&fs::read(out.path().join("studies.json")).unwrap()).unwrap();
    assert_eq!(studies[0]["stages"], json!("not-applicable"));
    assert_eq!(studies[0]["study_design"], json!("not-applicable"));
    assert_eq!(studies[0]["disadvantage_focus"], json!([]));
    assert_eq!(studies[0]["quotes"], quotes);
    assert!(!page.words("main").contains("all ages"));
}
