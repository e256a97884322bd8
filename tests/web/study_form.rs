//! The form of a study as a curator fills it in: saving, errors, effects, autosave.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::audit::Act;
use engaging_with_families::records::form::RecordForm;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::slug::Slug;
use engaging_with_families::records::store;
use engaging_with_families::studies::study::Study;
use jiff::SignedDuration;
use scraper::{ElementRef, Selector};

use crate::site::{Answer, Page, Site, Visitor, wait};

type Fields = Vec<(String, String)>;

/// The fields that a browser would send of the form on a page, without its token.
fn fields(page: &Page) -> Fields {
    let controls = "#edit input, #edit textarea, #edit select";
    let option = Selector::parse("option").unwrap();
    let mut fields = Fields::new();
    for control in page.0.select(&Selector::parse(controls).unwrap()) {
        let element = control.value();
        let name = element.attr("name").unwrap().to_owned();
        let value = match (element.name(), element.attr("type")) {
            ("textarea", _) => control.text().collect(),
            ("select", _) => {
                let is_chosen = |option: &ElementRef<'_>| option.value().attr("selected").is_some();
                let chosen = control.select(&option).find(is_chosen);
                let first = || control.select(&option).next();
                let chosen = chosen.or_else(first).unwrap();
                chosen.value().attr("value").unwrap().to_owned()
            }
            (_, Some("checkbox" | "radio")) if element.attr("checked").is_none() => continue,
            _ => element.attr("value").unwrap_or_default().to_owned(),
        };
        if name != "token" {
            fields.push((name, value));
        }
    }
    fields
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    fields.retain(|(own, _)| own != name);
    fields.push((name.to_owned(), value.to_owned()));
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    let own = fields.iter().find(|(own, _)| own == name);
    own.map_or("", |(_, value)| value)
}

async fn send(visitor: &Visitor, address: &str, fields: &Fields) -> Answer {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.post(address, &pairs).await
}

/// Presses a button within a form. Returns the page that comes back.
async fn press(visitor: &Visitor, address: &str, fields: &Fields, button: &str) -> Page {
    let mut fields = fields.clone();
    set(&mut fields, "button", button);
    let answer = send(visitor, address, &fields).await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "{}",
        answer.page().words("main")
    );
    answer.page()
}

async fn id(site: &Site, slug: &str) -> i64 {
    let mut transaction = site.app.db.begin().await.unwrap();
    let standing = store::present(&mut transaction, Kind::Study, &Slug::parse(slug).unwrap()).await;
    standing.unwrap().unwrap().id
}

async fn head(site: &Site, id: i64) -> store::Head {
    let mut transaction = site.app.db.begin().await.unwrap();
    store::head(&mut transaction, id).await.unwrap().unwrap()
}

async fn body(site: &Site, id: i64) -> Study {
    serde_json::from_str(&head(site, id).await.body).unwrap()
}

#[tokio::test]
async fn a_draft_with_only_a_title_is_saved_and_says_what_publishing_wants() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let page = ada.page("/admin/studies/new").await;
    assert_eq!(page.words("h1"), "New study");
    assert_eq!(page.all(".part > legend").len(), 6);
    let mut form = fields(&page);
    set(&mut form, "title", "Reading at home");
    let saved = send(&ada, "/admin/studies", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let page = ada.page(&saved.location()).await;
    assert_eq!(page.words("h1"), "Reading at home");
    assert!(page.words(".said").contains("reading-at-home"));
    let missing = page.attributes(".missing a", "href");
    assert_eq!(
        missing,
        [
            "authors",
            "year",
            "publication_type",
            "countries",
            "summary",
            "key_findings",
            "themes"
        ]
        .map(|field| format!("#{field}"))
    );
    for place in missing {
        let target = format!("[id='{}']", place.trim_start_matches('#'));
        assert_eq!(page.all(&target).len(), 1, "{place}");
    }
    // What nobody typed is not there; what a preview shows reads well.
    let id: i64 = saved
        .location()
        .rsplit('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        body(&site, id).await,
        Study {
            title: "Reading at home".into(),
            ..Study::blank()
        }
    );
}

#[tokio::test]
async fn every_study_can_be_published_as_it_is() {
    let site = Site::starter().await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/evidence/studies.json");
    let studies: Vec<Study> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(studies.len(), 119);
    for study in studies {
        assert_eq!(
            study.missing(&site.app.catalogue(), site.app.today()),
            [],
            "{}",
            study.title
        );
    }
}

#[tokio::test]
async fn saving_what_the_form_shows_changes_nothing() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    for slug in [
        "furlong-2012",
        "altschul-2011",
        "schoon-2010",
        "mol-2008",
        "manz-2010",
    ] {
        let id = id(&site, slug).await;
        let address = format!("/admin/studies/{id}");
        let page = ada.page(&address).await;
        assert_eq!(page.words(".missing"), "", "{slug}");
        let saved = send(&ada, &address, &fields(&page)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{slug}");
        let page = ada.page(&saved.location()).await;
        assert_eq!(page.words(".said"), "Nothing had changed.", "{slug}");
    }
}

#[tokio::test]
async fn a_term_that_has_left_its_list_is_shown_and_named() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let mut form = fields(&ada.page("/admin/studies/new").await);
    set(&mut form, "title", "Reading at home");
    set(&mut form, "study_design", "meta-analysis");
    form.push(("stages".into(), "primary".into()));
    let address = send(&ada, "/admin/studies", &form).await.location();
    // An earlier text that was restored may say what has left since.
    let mut transaction = site.app.db.begin().await.unwrap();
    let removed = sqlx::query("DELETE FROM term WHERE slug IN ('meta-analysis', 'primary')");
    removed.execute(&mut *transaction).await.unwrap();
    let act = Act {
        person: None,
        time: site.app.now(),
    };
    store::announce(&mut transaction, store::What::Vocabularies, act)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();

    let mut form = fields(&ada.page(&address).await);
    for (name, term) in [("study_design", "meta-analysis"), ("stages", "primary")] {
        assert_eq!(value(&form, name), term);
    }
    let answer = send(&ada, &address, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = answer.page().all(".error-summary a");
    for term in ["meta-analysis", "primary"] {
        let named = format!("“{term}” is no longer in this list; choose again");
        assert!(said.contains(&named), "{said:?}");
    }
    set(&mut form, "study_design", "");
    form.retain(|(name, _)| name != "stages");
    let saved = send(&ada, &address, &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn every_error_is_named_twice_and_nothing_typed_is_lost() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let mut form = fields(&ada.page("/admin/studies/new").await);
    let bad = [
        ("year", "soon"),
        ("authors", "Smith,\nFamily, Given"),
        ("doi", "n/a"),
        ("url", "example.org"),
        ("sample_size", "many"),
        ("countries", "Narnia"),
        ("effects.0.measure", "A <b>test</b>"),
        ("effects.0.estimate", "p < .05"),
        ("quotes.stages.quote", "between 5 and 7"),
        ("summary", "\n  Leading blanks & ampersands"),
    ];
    for (name, value) in bad {
        set(&mut form, name, value);
    }
    form.push(("stages".into(), "primary".into()));
    form.push(("stages".into(), "not-applicable".into()));
    let answer = send(&ada, "/admin/studies", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.page();
    assert!(page.words("title").starts_with("Error: "));
    let summary = page.all(".error-summary a");
    let places = page.attributes(".error-summary a", "href");
    for field in [
        "title",
        "year",
        "authors",
        "doi",
        "url",
        "sample_size",
        "countries",
        "stages",
        "effects.0.outcome",
        "effects.0.metric",
        "effects.0.estimate",
        "effects.0.source",
    ] {
        let at = places
            .iter()
            .position(|place| *place == format!("#{field}"));
        let message = &summary[at.unwrap_or_else(|| panic!("{field} in {places:?}"))];
        let beside = page.all(".field-error");
        assert!(
            beside
                .iter()
                .any(|beside| beside == &format!("Error: {message}")),
            "{message}"
        );
        assert_eq!(page.all(&format!("[id='{field}']")).len(), 1, "{field}");
    }
    let again = fields(&page);
    for (name, value) in bad {
        assert_eq!(self::value(&again, name), value);
    }
    let ticked = again.iter().filter(|(name, _)| name == "stages").count();
    assert_eq!(ticked, 2);
    // The authors that can be read are shown.
    assert_eq!(
        page.all(".authors-list li"),
        ["Family name: Family, given: Given"]
    );
}

#[tokio::test]
async fn effects_are_added_moved_worked_out_and_removed_without_a_script() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let new = "/admin/studies";
    let page = ada.page("/admin/studies/new").await;
    assert_eq!(page.all(".effect-fields").len(), 0);
    let mut form = fields(&page);
    set(&mut form, "title", "A trial");
    let mut form = fields(&press(&ada, new, &form, "add-effect").await);
    set(&mut form, "effects.0.measure", "First");
    let mut form = fields(&press(&ada, new, &form, "add-effect").await);
    set(&mut form, "effects.1.measure", "Second");
    let page = press(&ada, new, &form, "effect-up.1").await;
    assert_eq!(
        page.all(".effect-fields > legend"),
        ["Effect 1: Second", "Effect 2: First"]
    );

    let mut form = fields(&page);
    for (name, value) in [
        ("given", "means-sd"),
        ("mean_treatment", "24.7"),
        ("mean_control", "24.3"),
        ("sd_treatment", "4.29"),
        ("sd_control", "4.27"),
        ("n_treatment", "199"),
        ("n_control", "1"),
    ] {
        set(&mut form, &format!("effects.0.paper.{name}"), value);
    }
    set(&mut form, "button", "work-out.0");
    let refused = send(&ada, new, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.page();
    assert_eq!(
        refused.attributes(".error-summary a", "href"),
        ["#effects.0.paper.n_control"]
    );
    set(&mut form, "effects.0.paper.n_control", "192");
    let page = press(&ada, new, &form, "work-out.0").await;
    assert!(
        page.words(".worked")
            .contains("Hedges’ g 0.0933, standard error 0.1012")
    );
    assert_eq!(page.all(".working li").len(), 5);
    let mut form = fields(&page);
    assert_eq!(value(&form, "effects.0.estimate"), "0.0933");
    assert_eq!(value(&form, "effects.0.n_treatment"), "199");
    assert_eq!(value(&form, "title"), "A trial");

    // An interval that does not hold the estimate is asked about, and saved.
    set(&mut form, "effects.0.ci_low", "0.2");
    set(&mut form, "effects.0.ci_high", "0.3");
    let mut form = fields(&press(&ada, new, &form, "remove-effect.1").await);
    for (name, value) in [
        ("outcome", "literacy"),
        ("comparison", "With and without"),
        ("source", "Table 3"),
    ] {
        set(&mut form, &format!("effects.0.{name}"), value);
    }
    let saved = send(&ada, new, &form).await;
    assert_eq!(
        saved.status,
        StatusCode::SEE_OTHER,
        "{}",
        saved.page().words("main")
    );
    let page = ada.page(&saved.location()).await;
    assert!(
        page.words(".effect-fields .caution")
            .contains("does not hold the estimate")
    );
    let id: i64 = saved
        .location()
        .rsplit('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let study = body(&site, id).await;
    assert_eq!(study.effects.len(), 1);
    assert_eq!(study.effects[0].estimate.to_string(), "0.0933");
}

#[tokio::test]
async fn a_stale_save_shows_both_texts() {
    let site = Site::starter().await;
    let (ada, ben) = (
        site.person("ada", Role::Curator).await,
        site.person("ben", Role::Curator).await,
    );
    let id = id(&site, "mol-2008").await;
    let address = format!("/admin/studies/{id}");
    let mut mine = fields(&ada.page(&address).await);
    let mut theirs = fields(&ben.page(&address).await);
    set(&mut theirs, "summary", "Ben’s summary.");
    assert_eq!(
        send(&ben, &address, &theirs).await.status,
        StatusCode::SEE_OTHER
    );
    set(&mut mine, "summary", "Ada’s summary.");
    let refused = send(&ada, &address, &mine).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = refused.page();
    assert!(page.words("#stale h2").starts_with("Ben has saved"));
    let differences = page.words("#stale .differences");
    assert!(
        differences.contains("Ben") && differences.contains("Ada"),
        "{differences}"
    );
    assert_eq!(value(&fields(&page), "summary"), "Ada’s summary.");
    // Whoever has seen both may save.
    let saved = send(&ada, &address, &fields(&page)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(body(&site, id).await.summary, "Ada’s summary.");
}

#[tokio::test]
async fn what_is_typed_is_kept_and_never_over_something_newer() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    let id = id(&site, "mol-2008").await;
    let (address, keep) = (
        format!("/admin/studies/{id}"),
        format!("/admin/studies/{id}/keep"),
    );
    let mut first = fields(&ada.page(&address).await);
    let mut second = first.clone();
    set(&mut first, "window", "1");
    set(&mut second, "window", "2");
    set(&mut first, "summary", "From the first window");
    let kept = send(&ada, &keep, &first).await;
    assert_eq!(kept.status, StatusCode::OK);
    let kept: serde_json::Value = serde_json::from_slice(&kept.body).unwrap();
    assert!(
        kept["kept_at"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .is_ok()
    );

    // Another window that has not seen it does not write over it.
    wait(SignedDuration::from_secs(20));
    set(&mut second, "summary", "From the second window");
    let refused = send(&ada, &keep, &second).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("another window"));
    // The same window goes on, even if an answer got lost on the way.
    set(&mut first, "summary", "From the first window, longer");
    assert_eq!(send(&ada, &keep, &first).await.status, StatusCode::OK);

    // Whoever opens the form again sees what was kept, and goes on from there.
    let page = ada.page(&address).await;
    assert!(page.words(".caution").contains("did not save"));
    let mut again = fields(&page);
    assert_eq!(value(&again, "summary"), "From the first window, longer");
    assert_ne!(value(&again, "kept_at"), "");
    assert_eq!(value(&again, "window"), "");
    wait(SignedDuration::from_secs(20));
    assert_eq!(send(&ada, &keep, &again).await.status, StatusCode::OK);
    assert_eq!(send(&ada, &keep, &first).await.status, StatusCode::CONFLICT);
    assert_eq!(head(&site, id).await.number, 1, "keeping makes no version");

    // Saving ends it: the old windows are behind, whoever they belong to.
    set(&mut again, "summary", "Saved");
    assert_eq!(
        send(&ada, &address, &again).await.status,
        StatusCode::SEE_OTHER
    );
    let behind = send(&ada, &keep, &first).await;
    assert_eq!(behind.status, StatusCode::CONFLICT);
    assert!(behind.text().contains("Ada has saved"));
    assert_eq!(
        value(&fields(&ada.page(&address).await), "summary"),
        "Saved"
    );
}

#[tokio::test]
async fn a_picker_finds_among_all_and_keeps_what_is_ticked() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    let id = id(&site, "furlong-2012").await;
    let address = format!("/admin/studies/{id}");
    let mut form = fields(&ada.page(&address).await);
    set(&mut form, "find.interventions", "texting");
    let page = press(&ada, &address, &form, "find").await;
    let shown = page.attributes("#interventions .option input", "value");
    assert_eq!(shown[0], "incredible-years");
    assert!(shown.len() < 10, "{shown:?}");
    assert_eq!(value(&fields(&page), "interventions"), "incredible-years");
}

#[tokio::test]
async fn hostile_input_is_refused_or_kept_and_breaks_nothing() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let new = "/admin/studies";
    let blank = fields(&ada.page("/admin/studies/new").await);
    let long = "ab ".repeat(33_334);
    let authors = "Collaborator, A. B.\n".repeat(500);
    let cases: [(&[(&str, &str)], StatusCode); 9] = [
        (&[("title", &long)], StatusCode::SEE_OTHER),
        (
            &[("title", "x"), ("authors", &authors), ("year", "2012")],
            StatusCode::SEE_OTHER,
        ),
        (
            &[
                ("title", "x\u{0}\u{1b}[31m\r\ny"),
                ("summary", "\u{202e}\u{0}"),
            ],
            StatusCode::SEE_OTHER,
        ),
        (
            &[
                ("title", "x"),
                ("status", "published"),
                ("live", "1"),
                ("inferred", "true"),
            ],
            StatusCode::SEE_OTHER,
        ),
        (
            &[
                ("title", "x"),
                ("outcomes", "no-such"),
                ("outcomes", "<script>"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            &[("title", "x"), ("year", "99999999999999999999")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            &[("title", "x"), ("level", &long)],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            &[
                ("title", "x"),
                ("effects.99999999999999999999999.measure", "y"),
            ],
            StatusCode::SEE_OTHER,
        ),
        (
            &[
                ("title", "x"),
                ("effects.18446744073709551615.measure", "y"),
                ("effects..", "z"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ];
    for (typed, status) in cases {
        let mut form = blank.clone();
        form.retain(|(own, _)| typed.iter().all(|(name, _)| own != name));
        for (name, value) in typed {
            form.push(((*name).to_owned(), (*value).to_owned()));
        }
        let answer = send(&ada, new, &form).await;
        assert_eq!(answer.status, status, "{:?}", &typed[..1]);
        if status == StatusCode::SEE_OTHER {
            let page = ada.get(&answer.location()).await;
            assert_eq!(page.status, StatusCode::OK);
            let id: i64 = answer
                .location()
                .rsplit('/')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            let head = head(&site, id).await;
            assert_eq!(head.live, None);
            assert!(!head.body.contains("status") && !head.body.contains('\u{0}'));
        }
    }
    for button in [
        "add-effect.9",
        "work-out.18446744073709551615",
        "effect-up.0",
        "💥",
    ] {
        press(&ada, new, &blank, button).await;
    }
    // Many effects, each with every error.
    let mut form = blank.clone();
    for number in 0..1500 {
        form.push((format!("effects.{number}.measure"), "m".into()));
    }
    let answer = send(&ada, new, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn quotes_are_kept_for_curators() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let id = id(&site, "mol-2008").await;
    let address = format!("/admin/studies/{id}");
    let mut form = fields(&ada.page(&address).await);
    set(
        &mut form,
        "quotes.stages.quote",
        "Two-year-olds and their mothers",
    );
    set(&mut form, "quotes.stages.page", "9");
    let page = ada
        .page(&send(&ada, &address, &form).await.location())
        .await;
    assert_eq!(
        value(&fields(&page), "quotes.stages.quote"),
        "Two-year-olds and their mothers"
    );
    let body = head(&site, id).await.body;
    assert!(body.contains(r#""quotes":[{"field":"stages""#), "{body}");
}
