CREATE TABLE OrleansRemindersTable (
  ServiceId varchar(150) NOT NULL,
  GrainId varchar(512) NOT NULL,
  ReminderName varchar(150) NOT NULL,
  StartTime timestamptz NOT NULL,
  Period bigint NOT NULL,
  GrainHash int NOT NULL,
  Version int NOT NULL,
  PRIMARY KEY (ServiceId, GrainId, ReminderName)
);
CREATE INDEX OrleansRemindersHash ON OrleansRemindersTable (ServiceId, GrainHash);
