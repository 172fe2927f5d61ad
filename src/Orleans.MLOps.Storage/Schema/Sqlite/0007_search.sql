-- Newest runs first, of one experiment and of all; the primary key follows.
DROP INDEX runs_experiment;
CREATE INDEX runs_experiment ON runs (experiment_id, started_us DESC, run_id);
CREATE INDEX runs_started ON runs (started_us DESC, run_id);
-- Searches compare the first characters by the index and then the whole: PostgreSQL cannot index long texts.
CREATE INDEX params_value ON params (key, substr(value, 1, 200), run_id);
CREATE INDEX tags_value ON tags (key, substr(value, 1, 200), run_id);
