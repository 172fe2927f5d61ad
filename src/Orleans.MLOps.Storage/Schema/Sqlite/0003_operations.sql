-- The first result of each command by its operation id: a repeat is answered from here.
CREATE TABLE operations (
  op_id text PRIMARY KEY,
  kind text NOT NULL,
  key text NOT NULL,
  result_json text NOT NULL,
  created_us bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX operations_created ON operations (created_us);
