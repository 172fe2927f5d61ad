namespace Orleans.MLOps.Storage.Tables;

/// <summary>The database behind tables, for the few places where SQL has no common text.</summary>
public enum TablesEngine
{
    /// <summary>SQLite.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    Postgres,
}
