# Shared by the scripts in this folder: source it, do not run it.
# It holds headings with times, installing what is missing, and the sqlx check data.
# shellcheck shell=bash

set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

step_name=""
step_started=0

# step NAME: closes the step before with the time it took, and opens the next.
step() {
  end_step
  step_name="$1"
  step_started=$SECONDS
  printf '\n=== %s ===\n' "$step_name"
}

end_step() {
  if [ -n "$step_name" ]; then
    printf -- '--- %s: ok, %d s\n' "$step_name" "$((SECONDS - step_started))"
  fi
  step_name=""
}

# Installed by `trap on_exit EXIT`: says which step failed.
on_exit() {
  local code=$?
  if [ "$code" -ne 0 ] && [ -n "$step_name" ]; then
    printf -- '\n--- %s: FAILED after %d s (exit code %d)\n' "$step_name" "$((SECONDS - step_started))" "$code" >&2
  fi
}

have() { command -v "$1" >/dev/null 2>&1; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# install_debian PACKAGE...: with apt, as root or through sudo. Says what to install by hand where there is no apt.
install_debian() {
  [ "$#" -gt 0 ] || return 0
  have apt-get || fail "Please install: $* (names of Debian packages; this system has no apt-get)"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || fail "Please install as root: $*"
    as_root=(sudo)
  fi
  echo "Installing Debian packages: $*"
  # An index that is only partly refreshed may still know the packages, so this alone is no failure.
  "${as_root[@]}" apt-get update -qq || echo "apt-get update did not finish cleanly; trying to install all the same"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# sqlite_from_migrations FILE: an empty database with the newest schema. STRICT tables need SQLite 3.37.
sqlite_from_migrations() {
  local file="$1"
  rm -f "$file" "$file-wal" "$file-shm"
  mkdir -p "$(dirname "$file")"
  if have python3 && python3 -c 'import sqlite3, sys; sys.exit(sqlite3.sqlite_version_info < (3, 37, 0))' 2>/dev/null; then
    python3 - "$file" migrations/*.sql <<'PYTHON'
import pathlib, sqlite3, sys

database = sqlite3.connect(sys.argv[1])
for name in sys.argv[2:]:
    try:
        database.executescript(pathlib.Path(name).read_text(encoding="utf-8"))
    except sqlite3.Error as problem:
        sys.exit(f"{name}: {problem}")
database.close()
PYTHON
  else
    have sqlite3 || install_debian sqlite3
    local migration
    for migration in migrations/*.sql; do
      sqlite3 -bail "$file" <"$migration" || fail "$migration: see above"
    done
  fi
}

# with_live_queries FOLDER COMMAND...: runs COMMAND so that sqlx's macros check every query against a database made
# from migrations/ and write what they learned into FOLDER, which is emptied first. The macros run only when their crate
# is compiled, so src/lib.rs is touched; its time is put back afterwards, to spare other builds the same work.
with_live_queries() {
  local folder="$1" code=0
  shift
  rm -rf "$folder"
  mkdir -p "$folder"
  sqlite_from_migrations "$root/target/schema.db"
  touch -r src/lib.rs target/lib-time
  touch src/lib.rs
  env -u SQLX_OFFLINE DATABASE_URL="sqlite://$root/target/schema.db" SQLX_OFFLINE_DIR="$folder" "$@" || code=$?
  touch -r target/lib-time src/lib.rs
  return "$code"
}

# count_of PATTERN FILE: the number in the last line that matches PATTERN (an extended sed pattern with one group), or 0.
count_of() {
  local found
  found="$(sed -nE "s/.*$1.*/\\1/p" "$2" | tail -n 1)"
  echo "${found:-0}"
}
