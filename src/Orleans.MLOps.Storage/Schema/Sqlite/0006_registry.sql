-- Every write to a model raises its revision and requires the one it has read, so decisions of two activations cannot mix.
-- next_version only grows. weighted is 1 once a version carried weights.
CREATE TABLE registered_models (
  project text NOT NULL,
  name text NOT NULL,
  description text,
  revision bigint NOT NULL,
  next_version bigint NOT NULL,
  weighted bigint NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  PRIMARY KEY (project, name)
) WITHOUT ROWID;
CREATE INDEX registered_models_created ON registered_models (project, created_us, name);
CREATE INDEX registered_models_updated ON registered_models (project, updated_us, name);
-- A deleted model's numbers stay used when its versions carried weights: loaded models are named by them.
CREATE TABLE retired_models (
  project text NOT NULL,
  name text NOT NULL,
  next_version bigint NOT NULL,
  PRIMARY KEY (project, name)
) WITHOUT ROWID;
CREATE TABLE registered_model_tags (
  project text NOT NULL,
  model text NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (project, model, key),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
) WITHOUT ROWID;
-- record is JSON of what a version was registered with; it never changes.
CREATE TABLE model_versions (
  project text NOT NULL,
  model text NOT NULL,
  version bigint NOT NULL,
  status text NOT NULL,
  stage text NOT NULL,
  source text,
  run_id text,
  logged_model_id text,
  run_link text,
  user_name text,
  description text,
  digest text,
  record text NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  PRIMARY KEY (project, model, version),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE INDEX model_versions_updated ON model_versions (project, updated_us, model, version);
CREATE INDEX model_versions_created ON model_versions (project, created_us, model, version);
CREATE INDEX model_versions_run ON model_versions (run_id);
CREATE TABLE model_version_tags (
  project text NOT NULL,
  model text NOT NULL,
  version bigint NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (project, model, version, key),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE TABLE model_approvals (
  project text NOT NULL,
  model text NOT NULL,
  version bigint NOT NULL,
  approver text NOT NULL,
  note text,
  at_us bigint NOT NULL,
  PRIMARY KEY (project, model, version, approver),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE TABLE model_cards (
  project text NOT NULL,
  model text NOT NULL,
  version bigint NOT NULL,
  text text NOT NULL,
  edited_by text,
  edited_us bigint NOT NULL,
  PRIMARY KEY (project, model, version),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE TABLE model_aliases (
  project text NOT NULL,
  model text NOT NULL,
  alias text NOT NULL,
  version bigint NOT NULL,
  set_us bigint NOT NULL,
  PRIMARY KEY (project, model, alias),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
) WITHOUT ROWID;
CREATE INDEX model_aliases_version ON model_aliases (project, model, version);
-- sequence is the order of the moves. is_rollback 1: the alias went back to an earlier holder.
CREATE TABLE model_alias_history (
  sequence integer PRIMARY KEY AUTOINCREMENT,
  project text NOT NULL,
  model text NOT NULL,
  alias text NOT NULL,
  from_version bigint,
  to_version bigint,
  is_rollback bigint NOT NULL,
  reason text,
  requested_by text,
  evidence text NOT NULL,
  evaluation text,
  at_us bigint NOT NULL,
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
);
CREATE INDEX model_alias_history_alias ON model_alias_history (project, model, alias, sequence);
CREATE INDEX model_alias_history_model ON model_alias_history (project, model, sequence);
-- gates is JSON; an alias without gates has no row.
CREATE TABLE model_gates (
  project text NOT NULL,
  model text NOT NULL,
  alias text NOT NULL,
  gates text NOT NULL,
  set_by text,
  set_us bigint NOT NULL,
  PRIMARY KEY (project, model, alias),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
) WITHOUT ROWID;
-- What each operation id did: a repeat is answered from here. version is what it registered.
CREATE TABLE model_operations (
  project text NOT NULL,
  model text NOT NULL,
  operation_id text NOT NULL,
  command text NOT NULL,
  version bigint,
  at_us bigint NOT NULL,
  PRIMARY KEY (project, model, operation_id),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
) WITHOUT ROWID;
