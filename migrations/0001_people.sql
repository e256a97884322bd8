-- People who edit the collection. Revisions, changes and the audit log name them, so the table
-- comes first. Log-in, sessions and second factors have tables of their own.

PRAGMA application_id = 0x45774631; -- "EwF1": tells our file from any other SQLite database

CREATE TABLE person (
    id          INTEGER NOT NULL PRIMARY KEY,
    login       TEXT    NOT NULL UNIQUE CHECK (login <> '' AND login = lower(login)),
    name        TEXT    NOT NULL CHECK (name <> ''),
    role        TEXT    NOT NULL CHECK (role IN ('curator', 'editor', 'administrator')),
    created_at  TEXT    NOT NULL,
    disabled_at TEXT
) STRICT;
