-- One row an entity for lists and searches; the entity's own state lives with its grain. Times are microseconds since 1970 UTC. Texts compare by their bytes, as in SQLite.
CREATE TABLE catalog (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  project text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  parent text COLLATE "C",
  json text COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX catalog_name ON catalog (kind, project, name);
CREATE INDEX catalog_status ON catalog (kind, status);
CREATE INDEX catalog_parent ON catalog (kind, parent);
CREATE INDEX catalog_updated ON catalog (kind, updated_us);
