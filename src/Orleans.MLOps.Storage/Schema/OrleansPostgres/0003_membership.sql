CREATE TABLE OrleansMembershipVersionTable (
  DeploymentId varchar(150) PRIMARY KEY,
  Timestamp timestamptz NOT NULL,
  Version int NOT NULL
);
CREATE TABLE OrleansMembershipTable (
  DeploymentId varchar(150) NOT NULL,
  Address varchar(45) NOT NULL,
  Port int NOT NULL,
  Generation int NOT NULL,
  SiloName varchar(150) NOT NULL,
  HostName varchar(150) NOT NULL,
  Status int NOT NULL,
  ProxyPort int,
  SuspectTimes text,
  StartTime timestamptz NOT NULL,
  IAmAliveTime timestamptz NOT NULL,
  PRIMARY KEY (DeploymentId, Address, Port, Generation)
);
