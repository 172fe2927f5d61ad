-- One row an entity for lists and searches; the entity's own state lives with its grain. Times are microseconds since 1970 UTC.
CREATE TABLE catalog (
  kind text NOT NULL,
  key text NOT NULL,
  project text NOT NULL,
  name text NOT NULL,
  status text NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  parent text,
  json text NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX catalog_name ON catalog (kind, project, name);
CREATE INDEX catalog_status ON catalog (kind, status);
CREATE INDEX catalog_parent ON catalog (kind, parent);
CREATE INDEX catalog_updated ON catalog (kind, updated_us);
