namespace Orleans.MLOps.Storage.Migrations;

/// <summary>One forward step of a schema.</summary>
internal sealed record Migration(int Version, string Name, string Sql);
