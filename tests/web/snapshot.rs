//! The whole collection in one archive, and the page that offers it.

use std::collections::BTreeMap;
use std::io::Read;

use axum::http::StatusCode;
use engaging_with_families::exchange::snapshot::make::make;
use engaging_with_families::exchange::snapshot::nightly::{folder, is_due};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use engaging_with_families::routes::router;
use jiff::SignedDuration;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::forms::id;
use crate::renaming::rename;
use crate::site::{Site, wait};

/// The files of an archive by their names, without the folder around them.
fn files(path: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let full = file.name().unwrap().into_owned();
        let (folder, name) = full.split_once('/').unwrap();
        assert_eq!(folder, path.file_stem().unwrap().to_str().unwrap());
        let name = name.to_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        assert!(files.insert(name, content).is_none());
    }
    files
}

#[tokio::test]
async fn a_snapshot_holds_what_is_published_and_nothing_else() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    ed.done("/admin/studies", &[("title", "A draft of quagga foals")])
        .await;
    let target = site.folder.path().join("out");
    let path = make(&site.app, &router(site.app.clone()), &target)
        .await
        .unwrap();
    assert_eq!(
        std::fs::read_dir(&target).unwrap().count(),
        1,
        "nothing is left over"
    );
    let files = files(&path);
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).unwrap();
    assert_eq!(sums.lines().count(), files.len() - 1);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let own = Sha256::digest(&files[name]);
        let own = own
            .iter()
            .fold(String::new(), |own, byte| own + &format!("{byte:02x}"));
        assert_eq!(own, sum, "{name}");
    }
    for (name, content) in &files {
        let text = String::from_utf8_lossy(content);
        for private in [
            "quagga",
            "editor_note",
            "argon2",
            "Abstract, author, title and sample were read",
        ] {
            assert!(!text.contains(private), "{private} in {name}");
        }
    }
    let json: Value = serde_json::from_slice(&files["json/studies.json"]).unwrap();
    assert_eq!(json["studies"].as_array().unwrap().len(), 119);
    let package: Value = serde_json::from_slice(&files["datapackage.json"]).unwrap();
    for resource in package["resources"].as_array().unwrap() {
        let path = resource["path"].as_str().unwrap();
        let mut csv = csv::Reader::from_reader(&files[path][..]);
        let names: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let described: Vec<_> = fields
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, described, "{path}");
        assert!(csv.records().all(|row| row.is_ok()), "{path}");
    }
    assert!(files["site/studies/kraft-2013.html"].starts_with(b"<!doctype html>"));
}

#[tokio::test]
async fn the_copy_of_the_site_links_to_its_own_files_or_to_the_living_site() {
    let site = Site::starter().await;
    let path = make(&site.app, &router(site.app.clone()), site.folder.path())
        .await
        .unwrap();
    let files = files(&path);
    let mut checked = 0;
    for (name, content) in files
        .iter()
        .filter(|(_, content)| content.starts_with(b"<!doctype html>"))
    {
        let html = String::from_utf8(content.clone()).unwrap();
        let page = scraper::Html::parse_document(&html);
        let folder = std::path::Path::new(name).parent().unwrap();
        for (selector, attribute) in [("[href]", "href"), ("[src]", "src"), ("form", "action")] {
            for element in page.select(&scraper::Selector::parse(selector).unwrap()) {
                let link = element.attr(attribute).unwrap();
                if link.starts_with("http") || link.starts_with('#') || link.starts_with("mailto:")
                {
                    continue;
                }
                let path = link.split('#').next().unwrap();
                let mut target: Vec<_> = folder.iter().map(|part| part.to_str().unwrap()).collect();
                for part in path.split('/') {
                    match part {
                        ".." => drop(target.pop()),
                        part => target.push(part),
                    }
                }
                let target = target.join("/");
                assert!(files.contains_key(&target), "{link} in {name}");
                checked += 1;
            }
        }
    }
    assert!(checked > 1000, "{checked}");
}

#[tokio::test]
async fn a_snapshot_is_due_in_the_night_after_a_change() {
    // The clock of a test begins at noon.
    let site = Site::starter().await;
    assert!(is_due(&site.app), "there is none yet");
    let make = async || {
        make(&site.app, &router(site.app.clone()), &folder(&site.data()))
            .await
            .unwrap()
    };
    make().await;
    assert!(!is_due(&site.app));
    wait(SignedDuration::from_hours(16));
    assert!(!is_due(&site.app), "nothing has changed");
    let ed = site.person("ed", Role::Editor).await;
    let study = id(&site, Kind::Study, "furlong-2012").await;
    let reason = [("reason", "It was entered twice.")];
    ed.done(&format!("/admin/records/{study}/withdraw"), &reason)
        .await;
    assert!(is_due(&site.app), "it is four in the morning");
    make().await;
    assert!(!is_due(&site.app));
    rename(&site, Kind::Study, "kraft-2013", "kraft-and-dougherty-2013").await;
    assert!(!is_due(&site.app), "one a day is enough");
    wait(SignedDuration::from_hours(20));
    assert!(!is_due(&site.app), "it is midnight");
    wait(SignedDuration::from_hours(3));
    assert!(is_due(&site.app), "it is three in the morning");
}

#[tokio::test]
async fn the_data_page_offers_the_newest_snapshot_whole_and_in_parts() {
    let site = Site::starter().await;
    assert!(
        site.page("/data")
            .await
            .words("#whole")
            .contains("first snapshot is being made")
    );
    let path = make(&site.app, &router(site.app.clone()), &folder(&site.data()))
        .await
        .unwrap();
    let content = std::fs::read(path).unwrap();
    site.app.look_for_snapshots();
    let page = site.page("/data").await;
    let links = page.attributes("#whole a", "href");
    assert_eq!(links.len(), 1);
    let answer = site.get(&links[0]).await;
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.body, content);
    let part = site.get_with(&links[0], &[("range", "bytes=2-5")]).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, content[2..6]);
    let range = format!("bytes 2-5/{}", content.len());
    assert_eq!(part.header("content-range"), range);
    for other in [
        "families.sqlite",
        "engaging-with-families-2026-01-01-v1.zip",
        "..%2Ffamilies.sqlite",
    ] {
        let answer = site.get(&format!("/data/{other}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
}
