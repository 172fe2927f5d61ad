CREATE TABLE experiments (
  experiment_id integer PRIMARY KEY AUTOINCREMENT,
  project text NOT NULL,
  name text NOT NULL,
  lifecycle text NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  UNIQUE (project, name)
);
CREATE TABLE runs (
  run_id text PRIMARY KEY CHECK (length(run_id) = 32),
  experiment_id bigint NOT NULL REFERENCES experiments (experiment_id),
  name text NOT NULL,
  status text NOT NULL,
  lifecycle text NOT NULL,
  user_name text,
  host text,
  git_commit text,
  started_us bigint,
  ended_us bigint,
  seed bigint,
  json text NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE INDEX runs_experiment ON runs (experiment_id, started_us);
CREATE TABLE params (
  run_id text NOT NULL REFERENCES runs (run_id),
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE TABLE tags (
  run_id text NOT NULL REFERENCES runs (run_id),
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
-- sequence is the order of commit. NaN is value NULL with is_nan 1; infinities are values.
CREATE TABLE metrics (
  sequence integer PRIMARY KEY AUTOINCREMENT,
  run_id text NOT NULL REFERENCES runs (run_id),
  key text NOT NULL,
  step bigint NOT NULL,
  timestamp_us bigint NOT NULL,
  value double precision,
  is_nan integer NOT NULL DEFAULT 0,
  CHECK ((value IS NULL) = (is_nan = 1))
);
CREATE INDEX metrics_key ON metrics (run_id, key, step);
-- Upserted in the same write as the point: the newest (step, timestamp) wins, of equals the later commit.
CREATE TABLE latest_metrics (
  run_id text NOT NULL REFERENCES runs (run_id),
  key text NOT NULL,
  step bigint NOT NULL,
  timestamp_us bigint NOT NULL,
  value double precision,
  is_nan integer NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, key),
  CHECK ((value IS NULL) = (is_nan = 1))
) WITHOUT ROWID;
CREATE INDEX latest_metrics_value ON latest_metrics (key, value);
CREATE TABLE artifacts (
  run_id text NOT NULL REFERENCES runs (run_id),
  path text NOT NULL,
  digest text NOT NULL,
  length bigint NOT NULL,
  created_us bigint NOT NULL,
  PRIMARY KEY (run_id, path)
) WITHOUT ROWID;
