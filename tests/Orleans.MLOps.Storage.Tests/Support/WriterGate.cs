using Microsoft.Data.Sqlite;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Tests.Support;

/// <summary>Holds the database's write lock from outside, so the writer stands still in its first BEGIN while later writes queue up.</summary>
internal sealed class WriterGate(string path) : IDisposable
{
    private readonly SqliteConnection _lock = SqliteFile.OpenWriter(path);
    private Task? _first;

    public async Task OccupyAsync(SqliteTables tables)
    {
        SqliteFile.Execute(_lock, "BEGIN IMMEDIATE");
        _first = tables.WriteAsync(new TableWrite().Add("SELECT 1"));
        while (tables.QueuedWrites > 0)
        {
            await Task.Yield();
        }
    }

    public void Release() => SqliteFile.Execute(_lock, "ROLLBACK");

    public void Dispose() => _lock.Dispose();
}
