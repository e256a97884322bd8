//! The executable: reads the command line and runs one command.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use jiff::Timestamp;
use tracing_subscriber::EnvFilter;

use engaging_with_families::app::{App, furnish, serve};
use engaging_with_families::check::check;
use engaging_with_families::config::{Command, CommandLine, Config, LogFormat};
use engaging_with_families::db::Db;
use engaging_with_families::exchange::folder::export;
use engaging_with_families::exchange::snapshot::make::make as snapshot;
use engaging_with_families::import::folder::{Source, source};
use engaging_with_families::import::store::import;
use engaging_with_families::links::check::Checker;
use engaging_with_families::links::link::Link;
use engaging_with_families::people::command::person;
use engaging_with_families::records::audit::Act;
use engaging_with_families::retractions::admin::said;
use engaging_with_families::retractions::file::take_in;
use engaging_with_families::routes::router;
use engaging_with_families::search::refresh::Collection;
use engaging_with_families::web::outgoing::{Outgoing, Reach};

const STOP_TIMEOUT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let CommandLine { config, command } = CommandLine::parse();
    if let Err(error) = start_log(&config) {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(run(config, command.unwrap_or(Command::Serve)));
    // Indexing that is under way is given up; the next start begins it again.
    runtime.shutdown_timeout(STOP_TIMEOUT);
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config, command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve => serve(config).await?,
        Command::Import { folder } => run_import(&config, &folder).await?,
        Command::Export { folder } => {
            let db = Db::open(&config.data).await?;
            let count = export(&db, &folder).await?;
            db.close().await;
            eprintln!("Exported {count} records to {}", folder.display());
        }
        Command::Person { command } => person(&config, &command).await?,
        Command::Links => run_links(&config).await?,
        Command::Retractions { file } => run_retractions(&config, &file).await?,
        Command::Snapshot { folder } => run_snapshot(config, &folder).await?,
        Command::Check => return run_check(&config).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_import(config: &Config, folder: &Path) -> Result<()> {
    let source = source(folder)?;
    let db = Db::open(&config.data).await?;
    let time = Timestamp::now();
    furnish(&db, &Source::StarterVocabularies, time).await?;
    let act = Act { person: None, time };
    let outcome = import(&db, &source, act, |count| eprintln!("{count} records read")).await?;
    eprintln!(
        "Imported {} records: {} added, {} changed, {} as before",
        outcome.total(),
        outcome.added,
        outcome.changed,
        outcome.unchanged
    );
    // A server that is running does this by itself; else the next start finds the index ready.
    if outcome.added + outcome.changed > 0 {
        eprintln!("Bringing the search index up to date");
        Collection::open(db.clone(), &config.data).await?;
    }
    db.close().await;
    Ok(())
}

async fn run_links(config: &Config) -> Result<()> {
    let db = Db::open(&config.data).await?;
    let outgoing = Outgoing::new(config, Reach::Public)?;
    let checker = Checker {
        db: &db,
        outgoing: &outgoing,
        clock: Timestamp::now,
    };
    let urls: Vec<String> = checker.collect().await?.into_iter().collect();
    eprintln!("Looking at {} links", urls.len());
    let saw = |link: &Link| {
        if !link.problem.is_empty() {
            println!("{}: {}", link.url, link.problem);
        }
    };
    let tally = checker.check_all(urls, saw).await?;
    db.close().await;
    eprintln!(
        "{} work, {} are dead, {} fail for now, at {} we could not look",
        tally.working, tally.dead, tally.failing, tally.could_not_look
    );
    Ok(())
}

async fn run_retractions(config: &Config, path: &Path) -> Result<()> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let db = Db::open(&config.data).await?;
    let act = Act {
        person: None,
        time: Timestamp::now(),
    };
    let taken = take_in(&db, file, act).await?;
    db.close().await;
    eprintln!("{}", said(&taken));
    Ok(())
}

async fn run_snapshot(config: Config, folder: &Path) -> Result<()> {
    let app = App::open(config).await?;
    let path = snapshot(&app, &router(app.clone()), folder).await?;
    app.db.close().await;
    println!("{}", path.display());
    Ok(())
}

async fn run_check(config: &Config) -> Result<ExitCode> {
    let findings = check(config).await?;
    for (label, lines) in [
        ("FAULT", &findings.faults),
        ("warning", &findings.warnings),
        ("ok", &findings.notes),
    ] {
        for line in lines {
            println!("{label}: {line}");
        }
    }
    Ok(if findings.faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn start_log(config: &Config) -> Result<()> {
    // Reading the whole collection is one long statement and nothing to warn of.
    let filter = EnvFilter::builder()
        .parse(format!("tantivy=warn,sqlx::query=error,{}", config.log))
        .map_err(|error| anyhow::anyhow!("--log cannot be read: {error}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
