-- Append-only logs, one writer each: positions count from 0 without gaps. A frame needs the one before it to be of the same writer, unless
-- it is its first, so a writer that was replaced can add nothing more.
CREATE TABLE log_frames (
  log text NOT NULL,
  position bigint NOT NULL CHECK (position >= 0),
  writer text NOT NULL,
  payload blob NOT NULL,
  PRIMARY KEY (log, position)
);
