CREATE TABLE experiments (
  experiment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  lifecycle text COLLATE "C" NOT NULL,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL,
  UNIQUE (project, name)
);
CREATE TABLE runs (
  run_id text COLLATE "C" PRIMARY KEY CHECK (length(run_id) = 32),
  experiment_id bigint NOT NULL REFERENCES experiments (experiment_id),
  name text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  lifecycle text COLLATE "C" NOT NULL,
  user_name text COLLATE "C",
  host text COLLATE "C",
  git_commit text COLLATE "C",
  started_us bigint,
  ended_us bigint,
  seed bigint,
  json text COLLATE "C" NOT NULL DEFAULT '{}'
);
CREATE INDEX runs_experiment ON runs (experiment_id, started_us);
CREATE TABLE params (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (run_id),
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (run_id, key)
);
CREATE TABLE tags (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (run_id),
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (run_id, key)
);
-- sequence is the order of commit. NaN is value NULL with is_nan 1; infinities are values.
CREATE TABLE metrics (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL REFERENCES runs (run_id),
  key text COLLATE "C" NOT NULL,
  step bigint NOT NULL,
  timestamp_us bigint NOT NULL,
  value double precision,
  is_nan integer NOT NULL DEFAULT 0,
  CHECK ((value IS NULL) = (is_nan = 1))
);
CREATE INDEX metrics_key ON metrics (run_id, key, step);
-- Upserted in the same write as the point: the newest (step, timestamp) wins, of equals the later commit.
CREATE TABLE latest_metrics (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (run_id),
  key text COLLATE "C" NOT NULL,
  step bigint NOT NULL,
  timestamp_us bigint NOT NULL,
  value double precision,
  is_nan integer NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, key),
  CHECK ((value IS NULL) = (is_nan = 1))
);
CREATE INDEX latest_metrics_value ON latest_metrics (key, value);
CREATE TABLE artifacts (
  run_id text COLLATE "C" NOT NULL REFERENCES runs (run_id),
  path text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  length bigint NOT NULL,
  created_us bigint NOT NULL,
  PRIMARY KEY (run_id, path)
);
