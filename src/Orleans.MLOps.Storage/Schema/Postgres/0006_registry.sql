-- Every write to a model raises its revision and requires the one it has read, so decisions of two activations cannot mix.
-- next_version only grows. weighted is 1 once a version carried weights.
CREATE TABLE registered_models (
  project text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text COLLATE "C",
  revision bigint NOT NULL,
  next_version bigint NOT NULL,
  weighted bigint NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  PRIMARY KEY (project, name)
);
CREATE INDEX registered_models_created ON registered_models (project, created_us, name);
CREATE INDEX registered_models_updated ON registered_models (project, updated_us, name);
-- A deleted model's numbers stay used when its versions carried weights: loaded models are named by them.
CREATE TABLE retired_models (
  project text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  next_version bigint NOT NULL,
  PRIMARY KEY (project, name)
);
CREATE TABLE registered_model_tags (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (project, model, key),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
);
-- record is JSON of what a version was registered with; it never changes.
CREATE TABLE model_versions (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  status text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  source text COLLATE "C",
  run_id text COLLATE "C",
  logged_model_id text COLLATE "C",
  run_link text COLLATE "C",
  user_name text COLLATE "C",
  description text COLLATE "C",
  digest text COLLATE "C",
  record text COLLATE "C" NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  PRIMARY KEY (project, model, version),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
);
CREATE INDEX model_versions_updated ON model_versions (project, updated_us, model, version);
CREATE INDEX model_versions_created ON model_versions (project, created_us, model, version);
CREATE INDEX model_versions_run ON model_versions (run_id);
CREATE TABLE model_version_tags (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (project, model, version, key),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
);
CREATE TABLE model_approvals (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  approver text COLLATE "C" NOT NULL,
  note text COLLATE "C",
  at_us bigint NOT NULL,
  PRIMARY KEY (project, model, version, approver),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
);
CREATE TABLE model_cards (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  text text COLLATE "C" NOT NULL,
  edited_by text COLLATE "C",
  edited_us bigint NOT NULL,
  PRIMARY KEY (project, model, version),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
);
CREATE TABLE model_aliases (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  set_us bigint NOT NULL,
  PRIMARY KEY (project, model, alias),
  FOREIGN KEY (project, model, version) REFERENCES model_versions (project, model, version) ON UPDATE CASCADE
);
CREATE INDEX model_aliases_version ON model_aliases (project, model, version);
-- sequence is the order of the moves. is_rollback 1: the alias went back to an earlier holder.
CREATE TABLE model_alias_history (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  from_version bigint,
  to_version bigint,
  is_rollback bigint NOT NULL,
  reason text COLLATE "C",
  requested_by text COLLATE "C",
  evidence text COLLATE "C" NOT NULL,
  evaluation text COLLATE "C",
  at_us bigint NOT NULL,
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
);
CREATE INDEX model_alias_history_alias ON model_alias_history (project, model, alias, sequence);
CREATE INDEX model_alias_history_model ON model_alias_history (project, model, sequence);
-- gates is JSON; an alias without gates has no row.
CREATE TABLE model_gates (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  gates text COLLATE "C" NOT NULL,
  set_by text COLLATE "C",
  set_us bigint NOT NULL,
  PRIMARY KEY (project, model, alias),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
);
-- What each operation id did: a repeat is answered from here. version is what it registered.
CREATE TABLE model_operations (
  project text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  operation_id text COLLATE "C" NOT NULL,
  command text COLLATE "C" NOT NULL,
  version bigint,
  at_us bigint NOT NULL,
  PRIMARY KEY (project, model, operation_id),
  FOREIGN KEY (project, model) REFERENCES registered_models (project, name) ON UPDATE CASCADE
);
