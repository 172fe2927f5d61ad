-- Points name run and key by a number, so that a point is a fraction of its former size and work.
CREATE TABLE metric_series (
  series integer PRIMARY KEY,
  run_id text NOT NULL REFERENCES runs (run_id),
  key text NOT NULL,
  UNIQUE (run_id, key)
);
-- sequence is the order of commit. NaN has is_number 0 and value 0; infinities are values. The same point twice is one point.
CREATE TABLE metric_points (
  sequence integer PRIMARY KEY,
  series integer NOT NULL REFERENCES metric_series (series),
  timestamp_us bigint NOT NULL,
  step bigint NOT NULL,
  is_number integer NOT NULL,
  value double precision NOT NULL,
  UNIQUE (series, timestamp_us, step, is_number, value)
);
INSERT INTO metric_series (run_id, key) SELECT DISTINCT run_id, key FROM metrics ORDER BY run_id, key;
INSERT INTO metric_points (sequence, series, timestamp_us, step, is_number, value)
SELECT m.sequence, s.series, m.timestamp_us, m.step, 1 - m.is_nan, COALESCE(m.value, 0.0)
FROM metrics m JOIN metric_series s ON s.run_id = m.run_id AND s.key = m.key ORDER BY m.sequence;
DROP TABLE metrics;
