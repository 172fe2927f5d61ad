-- How long a run may be silent, as its last word said; NULL without a promise, and for runs of before, which count as one minute.
-- A failed run that still has its promise was failed by the platform for want of heartbeats, not by its caller.
ALTER TABLE runs ADD COLUMN promised_us bigint;
