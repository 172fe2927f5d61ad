-- Purging a run takes away what it logged for models; what earlier releases left behind goes now.
DELETE FROM logged_model_metrics WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = logged_model_metrics.run_id);
CREATE INDEX logged_model_metrics_run ON logged_model_metrics (run_id);
-- Clients of MLflow expect an experiment 0; earlier releases let it be purged.
INSERT INTO experiments (experiment_id, project, name, lifecycle, created_us, updated_us) OVERRIDING SYSTEM VALUE
VALUES (0, 'default', 'Default', 'Active', CAST(extract(epoch FROM now()) AS bigint) * 1000000, CAST(extract(epoch FROM now()) AS bigint) * 1000000)
ON CONFLICT DO NOTHING;
