//! References on their way in: previewed, compared, decided on, imported, undone.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use engaging_with_families::config::Config;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;

use crate::forms::id;
use crate::site::{Page, Site, Visitor};

/// Two that are new, one that is there already by its DOI, one that is there by its title, one twice.
const RIS: &str = "TY  - JOUR\r\nAU  - Example, Ann\r\nTI  - A fictional study of reading\r\nPY  - 2011\r\nT2  - Journal of Examples\r\nDO  - 10.1000/fiction.1\r\nER  - \r\n\
TY  - RPRT\r\nAU  - Sample, Bob\r\nTI  - Another fictional report\r\nPY  - 2012\r\nPB  - The Example Press\r\nER  - \r\n\
TY  - JOUR\r\nAU  - Blackmore, Jill\r\nTI  - Ambivalent relations\r\nPY  - 2010\r\nDO  - 10.1080/13603110802657685\r\nSN  - 1234-5678\r\nER  - \r\n\
TY  - JOUR\r\nAU  - Example, A.\r\nTI  - A fictional study of reading\r\nPY  - 2011\r\nDO  - 10.1000/fiction.1\r\nER  - \r\n";

/// Waits until a file has been read, and shows what became of it.
async fn read(visitor: &Visitor, address: &str) -> Page {
    for _ in 0..200 {
        let answer = visitor.get(address).await;
        if answer.header("refresh").is_empty() {
            return answer.page();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{address} was not read");
}

async fn send(visitor: &Visitor, name: &str, content: &[u8]) -> String {
    let answer = visitor.upload("/admin/imports", &[], name, content).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location()
}

#[tokio::test]
async fn a_file_is_shown_before_anything_is_written_and_undone_as_a_whole() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let address = send(&cora, "../../etc/refs.ris", RIS.as_bytes()).await;
    let page = read(&cora, &address).await;
    let status = page.words("[role=status]");
    assert!(
        status.contains("4 references")
            && status.contains("2 are new")
            && status.contains("2 are left out"),
        "{status}"
    );
    assert!(page.words("h1").contains("refs.ris") && !page.words("h1").contains("etc"));
    let text = page.words("main");
    assert!(
        text.contains("the same DOI") && text.contains("record 1 of this file"),
        "{text}"
    );
    assert!(
        cora.page("/admin/studies?q=fictional")
            .await
            .words("[role=status]")
            .starts_with('0')
    );

    cora.done(&address, &[("button", "import")]).await;
    assert!(
        cora.page("/admin/studies?q=fictional")
            .await
            .words("[role=status]")
            .starts_with('2')
    );
    assert_eq!(
        site.get("/studies/example-2011").await.status,
        StatusCode::NOT_FOUND,
        "a draft"
    );
    let page = read(&cora, &address).await;
    let links = page.attributes("main a", "href");
    let batch = links
        .iter()
        .find(|link| link.starts_with("/admin/batches/"))
        .unwrap();
    cora.done(&format!("{batch}/undo"), &[]).await;
    assert!(
        cora.page("/admin/studies?q=fictional")
            .await
            .words("[role=status]")
            .starts_with('0')
    );
    let again = cora.post(&format!("{batch}/undo"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_import_that_somebody_has_built_on_stays() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let address = send(&cora, "refs.ris", RIS.as_bytes()).await;
    read(&cora, &address).await;
    cora.done(&address, &[("button", "import")]).await;
    let study = id(&site, Kind::Study, "example-2011").await;
    let form = format!("/admin/studies/{study}");
    crate::forms::change(&cora, &form, &[("title", "A better title")]).await;
    let page = read(&cora, &address).await;
    let links = page.attributes("main a", "href");
    let batch = links
        .iter()
        .find(|link| link.starts_with("/admin/batches/"))
        .unwrap();
    let refused = cora.post(&format!("{batch}/undo"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.page().words("main").contains("A better title"));
}

#[tokio::test]
async fn a_merge_takes_over_the_fields_that_were_chosen() {
    let site = Site::starter().await;
    let (cora, ed) = (
        site.person("cora", Role::Curator).await,
        site.person("ed", Role::Editor).await,
    );
    let study = id(&site, Kind::Study, "blackmore-2010").await;
    let address = send(&cora, "refs.ris", RIS.as_bytes()).await;
    read(&cora, &address).await;
    let merge = format!("{address}/references/3");
    let page = cora.page(&merge).await;
    assert!(page.words("main").contains("tricky footwork"));
    cora.done(&merge, &[("take.title", "theirs"), ("take.year", "own")])
        .await;
    cora.done(&address, &[("button", "import")]).await;
    let public = site.page("/studies/blackmore-2010").await;
    assert!(
        public.words("h1").contains("tricky footwork"),
        "readers see the merge when it is published"
    );
    let form = cora.page(&format!("/admin/studies/{study}")).await;
    assert_eq!(form.words("#title").as_str(), "", "a field, not a text");
    assert!(form.words("h1").contains("Ambivalent relations"));
    assert!(form.words(".edit-standing").contains("Draft beside"));
    ed.done(&format!("/admin/records/{study}/publish"), &[])
        .await;
    assert_eq!(
        site.page("/studies/blackmore-2010").await.words("h1"),
        "Ambivalent relations"
    );
}

#[tokio::test]
async fn not_the_same_is_remembered_for_ever() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let address = send(&cora, "refs.ris", RIS.as_bytes()).await;
    read(&cora, &address).await;
    cora.done(&address, &[("choice.3", "different"), ("button", "keep")])
        .await;
    cora.done(&address, &[("button", "discard")]).await;
    let again = send(&cora, "refs.ris", RIS.as_bytes()).await;
    let page = read(&cora, &again).await;
    assert!(
        page.words("[role=status]").contains("3 are new"),
        "{}",
        page.words("[role=status]")
    );
}

#[tokio::test]
async fn a_table_asks_what_its_columns_hold() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let table = "Wer;Was;Wann\nExample, Ann;A fictional table;2011\n";
    let answer = cora
        .upload(
            "/admin/imports",
            &[("format", "csv")],
            "t.csv",
            table.as_bytes(),
        )
        .await;
    let address = answer.location();
    let page = cora.page(&address).await;
    assert_eq!(page.all("tbody label"), ["Wer", "Was", "Wann"]);
    let columns = format!("{address}/columns");
    let refused = cora
        .post(
            &columns,
            &[
                ("column", "authors"),
                ("column", "ignore"),
                ("column", "year"),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [
        ("column", "authors"),
        ("column", "title"),
        ("column", "year"),
    ];
    let answer = cora.post(&columns, &fields).await;
    let page = read(&cora, &answer.location()).await;
    assert!(
        page.words("main").contains("A fictional table")
            && page.words("main").contains("Example, 2011")
    );
    let template = cora.get("/admin/imports/template.csv").await;
    assert!(
        template
            .header("content-disposition")
            .contains("references.csv")
    );
}

#[tokio::test]
async fn messy_files_lose_only_what_is_broken() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let bibtex = b"@article{a, title={A fictional caf\xe9 study}, author={Example, Ann}, year=2011}\n@article{broken, title={No end\n\n@book{b, title={Another}, author={{The Example Council}}, year={2012}}";
    let address = send(&cora, "old.bib", bibtex).await;
    let page = read(&cora, &address).await;
    let text = page.words("main");
    assert!(text.contains("A fictional café study"), "{text}");
    assert!(
        text.contains("could not be read") && text.contains("line 2"),
        "{text}"
    );
    for (name, content) in [
        ("empty.ris", &b""[..]),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0"),
        ("words.txt", b"Just a sentence."),
    ] {
        let answer = cora.upload("/admin/imports", &[], name, content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let large = vec![b'x'; 10_500_000];
    let answer = cora
        .upload("/admin/imports", &[], "large.ris", &large)
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Answers like Crossref for one DOI, and knows no other.
async fn crossref() -> String {
    let known = r#"{"status":"ok","message":{"DOI":"10.1000/known","type":"journal-article","title":["A work that is looked up"],"author":[{"family":"Example","given":"Ann"}],"issued":{"date-parts":[[2013]]},"container-title":["Journal of Examples"]}}"#;
    let router = Router::new()
        .route("/works/10.1000%2Fknown", get(move || async move { known }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "Resource not found.") });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

#[tokio::test]
async fn dois_are_looked_up_and_failures_are_said() {
    let service = crossref().await;
    let site = Site::with(|config| Config {
        crossref_url: service,
        ..config
    })
    .await;
    let cora = site.person("cora", Role::Curator).await;
    let text = "https://doi.org/10.1000/known\n10.1000/unknown";
    let answer = cora
        .upload("/admin/imports", &[("text", text)], "", b"")
        .await;
    let page = read(&cora, &answer.location()).await;
    let text = page.words("main");
    assert!(
        text.contains("A work that is looked up") && text.contains("Example, 2013"),
        "{text}"
    );
    assert!(
        text.contains("10.1000/unknown: Crossref does not know this DOI"),
        "{text}"
    );
}

#[tokio::test]
async fn a_lookup_that_nobody_answers_loses_nothing() {
    let site = Site::with(|config| Config {
        crossref_url: "http://127.0.0.1:9".to_owned(),
        ..config
    })
    .await;
    let cora = site.person("cora", Role::Curator).await;
    let answer = cora
        .upload("/admin/imports", &[("text", "10.1000/known")], "", b"")
        .await;
    let page = read(&cora, &answer.location()).await;
    assert!(
        page.words("main").contains("Crossref did not answer"),
        "{}",
        page.words("main")
    );
    assert!(page.words("main").contains("10.1000/known"));
}

#[tokio::test]
async fn whoever_imported_many_goes_from_draft_to_draft() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let address = send(&cora, "refs.ris", RIS.as_bytes()).await;
    read(&cora, &address).await;
    cora.done(&address, &[("button", "import")]).await;
    let work = cora.page("/admin").await;
    assert!(
        work.words("main").contains("Cora imported references"),
        "{}",
        work.words("main")
    );
    let (first, second) = (
        id(&site, Kind::Study, "example-2011").await,
        id(&site, Kind::Study, "sample-2012").await,
    );
    for (here, next) in [(first, second), (second, first)] {
        let page = cora.page(&format!("/admin/studies/{here}")).await;
        let links = page.attributes(".edit-aside a", "href");
        assert!(
            links.contains(&format!("/admin/studies/{next}")),
            "{links:?}"
        );
    }
    let elsewhere = id(&site, Kind::Study, "mol-2008").await;
    let ed = site.person("ed", Role::Editor).await;
    let page = ed.page(&format!("/admin/studies/{elsewhere}")).await;
    assert!(
        !page.words(".edit-aside").contains("Your next draft"),
        "nobody else's"
    );
}
