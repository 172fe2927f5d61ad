-- The first result of each command by its operation id: a repeat is answered from here.
CREATE TABLE operations (
  op_id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  result_json text COLLATE "C" NOT NULL,
  created_us bigint NOT NULL
);
CREATE INDEX operations_created ON operations (created_us);
