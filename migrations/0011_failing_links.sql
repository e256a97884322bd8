-- A link is given up after several failures over some days, so it matters since when it fails.
ALTER TABLE link ADD COLUMN failing_since TEXT; -- NULL while it works
