-- Logged models name the versions that were registered from them.
CREATE INDEX model_versions_logged_model ON model_versions (logged_model_id) WHERE logged_model_id IS NOT NULL;
