-- Append-only logs, one writer each: positions count from 0 without gaps. A frame needs the one before it to be of the same writer, unless
-- it is its first, so a writer that was replaced can add nothing more.
CREATE TABLE log_frames (
  log text COLLATE "C" NOT NULL,
  position bigint NOT NULL CHECK (position >= 0),
  writer text COLLATE "C" NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (log, position)
);
