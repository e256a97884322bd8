//! The executable: reads the command line and runs one command.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use jiff::Timestamp;
use tracing_subscriber::EnvFilter;

use engaging_with_families::app::{furnish, serve};
use engaging_with_families::check::check;
use engaging_with_families::config::{Command, CommandLine, Config, LogFormat};
use engaging_with_families::db::Db;
use engaging_with_families::exchange::folder::export;
use engaging_with_families::import::folder::{Source, source};
use engaging_with_families::import::store::import;
use engaging_with_families::people::command::person;
use engaging_with_families::records::audit::Act;
use engaging_with_families::search::refresh::Collection;

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
