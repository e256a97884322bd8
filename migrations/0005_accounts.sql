-- How people prove who they are. Passwords are argon2id, tokens are kept only as SHA-256 of what
-- was handed out, so that a copy of the database lets nobody in.

CREATE TABLE credential (
    person        INTEGER NOT NULL PRIMARY KEY REFERENCES person (id),
    password      TEXT    NOT NULL, -- PHC string
    totp_secret   BLOB,             -- NULL: no second factor
    -- the newest time step whose code was used: each code counts once
    totp_step     INTEGER NOT NULL DEFAULT 0,
    changed_at    TEXT    NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    person INTEGER NOT NULL REFERENCES person (id),
    hash   BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (person, hash)
) STRICT;

CREATE TABLE session (
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    id         INTEGER NOT NULL UNIQUE, -- names the session on the person's own page
    person     INTEGER NOT NULL REFERENCES person (id),
    created_at TEXT    NOT NULL,
    seen_at    TEXT    NOT NULL,
    browser    TEXT    NOT NULL,        -- as it calls itself, shortened
    client     TEXT    NOT NULL,        -- its address without the last part
    -- the password was right, the second factor is still to come
    is_partial INTEGER NOT NULL CHECK (is_partial IN (0, 1))
) STRICT;
CREATE INDEX session_of_person ON session (person);

-- Addresses that work once: the first administrator, an invitation, a forgotten password.
CREATE TABLE one_time_link (
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    purpose    TEXT    NOT NULL CHECK (purpose IN ('first-administrator', 'invitation', 'password')),
    person     INTEGER REFERENCES person (id),
    expires_at TEXT    NOT NULL,
    CHECK ((purpose = 'first-administrator') = (person IS NULL))
) STRICT;

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
