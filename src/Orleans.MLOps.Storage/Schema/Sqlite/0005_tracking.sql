ALTER TABLE experiments ADD COLUMN artifact_location text;
CREATE TABLE experiment_tags (
  experiment_id bigint NOT NULL REFERENCES experiments (experiment_id),
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (experiment_id, key)
) WITHOUT ROWID;
-- Clients of MLflow expect an experiment 0 that nobody made.
INSERT INTO experiments (experiment_id, project, name, lifecycle, created_us, updated_us)
VALUES (0, 'default', 'Default', 'Active', CAST(strftime('%s', 'now') AS integer) * 1000000, CAST(strftime('%s', 'now') AS integer) * 1000000)
ON CONFLICT DO NOTHING;
-- A run that promised heartbeats has failed when this time passes without one.
ALTER TABLE runs ADD COLUMN lapses_us bigint;
CREATE INDEX runs_lapsing ON runs (lapses_us) WHERE lapses_us IS NOT NULL;
-- The same point twice is one point: of repeats that earlier releases kept, the first stays.
DELETE FROM metrics WHERE sequence NOT IN (
  SELECT min(sequence) FROM metrics GROUP BY run_id, key, timestamp_us, step, is_nan, value
);
DROP INDEX metrics_key;
CREATE UNIQUE INDEX metrics_point ON metrics (run_id, key, timestamp_us, step, is_nan, COALESCE(value, 0.0));
-- Files of runs and of logged models; owner is the id of either.
CREATE TABLE artifact_files (
  owner text NOT NULL,
  path text NOT NULL,
  digest text NOT NULL,
  length bigint NOT NULL,
  created_us bigint NOT NULL,
  PRIMARY KEY (owner, path)
) WITHOUT ROWID;
CREATE INDEX artifact_files_digest ON artifact_files (digest);
INSERT INTO artifact_files (owner, path, digest, length, created_us)
SELECT run_id, path, digest, length, created_us FROM artifacts;
DROP TABLE artifacts;
-- Digests that lost a file and may be unreferenced now; swept after a grace.
CREATE TABLE released_blobs (
  digest text PRIMARY KEY,
  released_us bigint NOT NULL
) WITHOUT ROWID;
CREATE TABLE run_datasets (
  run_id text NOT NULL REFERENCES runs (run_id),
  name text NOT NULL,
  digest text NOT NULL,
  source_type text NOT NULL,
  source text NOT NULL,
  schema_text text,
  profile text,
  tags text NOT NULL,
  context text NOT NULL,
  PRIMARY KEY (run_id, name, digest)
) WITHOUT ROWID;
CREATE INDEX run_datasets_name ON run_datasets (name, digest);
CREATE TABLE logged_models (
  model_id text PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES experiments (experiment_id),
  name text NOT NULL,
  model_type text,
  source_run_id text,
  status text NOT NULL,
  lifecycle text NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX logged_models_experiment ON logged_models (experiment_id, created_us);
CREATE INDEX logged_models_run ON logged_models (source_run_id);
CREATE TABLE logged_model_params (
  model_id text NOT NULL REFERENCES logged_models (model_id),
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;
CREATE TABLE logged_model_tags (
  model_id text NOT NULL REFERENCES logged_models (model_id),
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (model_id, key)
) WITHOUT ROWID;
-- The newest point of each metric that a run logged for a model, by dataset ('' without one).
CREATE TABLE logged_model_metrics (
  model_id text NOT NULL REFERENCES logged_models (model_id),
  run_id text NOT NULL,
  key text NOT NULL,
  dataset_name text NOT NULL,
  dataset_digest text NOT NULL,
  step bigint NOT NULL,
  timestamp_us bigint NOT NULL,
  value double precision,
  is_nan integer NOT NULL DEFAULT 0,
  PRIMARY KEY (model_id, key, dataset_name, dataset_digest, run_id)
) WITHOUT ROWID;
-- Which logged models a run used ('input') and made ('output').
CREATE TABLE run_models (
  run_id text NOT NULL REFERENCES runs (run_id),
  direction text NOT NULL,
  model_id text NOT NULL,
  step bigint NOT NULL,
  PRIMARY KEY (run_id, direction, model_id)
) WITHOUT ROWID;
