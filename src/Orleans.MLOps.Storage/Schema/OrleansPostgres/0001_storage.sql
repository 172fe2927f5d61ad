-- Table, column and parameter names are the contract of Orleans' ADO.NET providers; the statements are this project's own.
CREATE TABLE OrleansQuery (
  QueryKey varchar(64) PRIMARY KEY,
  QueryText text NOT NULL
);
CREATE TABLE OrleansStorage (
  GrainIdHash int NOT NULL,
  GrainIdN0 bigint NOT NULL,
  GrainIdN1 bigint NOT NULL,
  GrainTypeHash int NOT NULL,
  GrainTypeString varchar(512) NOT NULL,
  GrainIdExtensionString varchar(512) NOT NULL DEFAULT '',
  ServiceId varchar(150) NOT NULL,
  PayloadBinary bytea,
  ModifiedOn timestamptz NOT NULL,
  Version int NOT NULL,
  PRIMARY KEY (ServiceId, GrainTypeString, GrainIdExtensionString, GrainIdN0, GrainIdN1)
);
