using Microsoft.Data.Sqlite;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Tables;

public sealed class SqliteTablesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_UniqueKeyTaken_FailsThatWriteAlone()
    {
        await using var tables = TestTables.Open(_folder.Options);
        using var gate = await HoldWriterAsync(tables);
        var good1 = tables.WriteAsync(TestTables.Insert("a"), Token);
        var bad = tables.WriteAsync(TestTables.Insert("x").Add("INSERT INTO t (id, v) VALUES ('a', 0)"), Token);
        var good2 = tables.WriteAsync(TestTables.Insert("b"), Token);
        gate.Release();
        var error = await Assert.ThrowsAsync<AlreadyExistsException>(() => bad);
        Assert.Contains("t.id", error.Message, StringComparison.Ordinal);
        Assert.True((await good1).Applied && (await good2).Applied);
        Assert.Equal(2, await tables.Count());
    }

    [Fact]
    public async Task WriteAsync_OneOfAGroupRefusedAfterAChange_IsUndoneAlone()
    {
        await using var tables = TestTables.Open(_folder.Options);
        using var gate = await HoldWriterAsync(tables);
        var refusedAtOnce = tables.WriteAsync(new TableWrite().Require("none yet", RowCount.One, "SELECT 1 FROM t").Add("INSERT INTO t (id, v) VALUES ('never', 0)"), Token);
        var first = tables.WriteAsync(TestTables.Insert("a"), Token);
        var second = tables.WriteAsync(TestTables.Insert("x").Require("two", RowCount.Exactly(2), "UPDATE t SET v = v + 100"), Token);
        var refusedLate = tables.WriteAsync(TestTables.Insert("y").Require("four", RowCount.Exactly(4), "UPDATE t SET v = v + 100"), Token);
        var last = tables.WriteAsync(TestTables.Insert("b").Require("all", RowCount.Exactly(3), "UPDATE t SET v = v + 1"), Token);
        gate.Release();
        Assert.Equal("none yet", (await refusedAtOnce).FailedRequirement);
        Assert.True((await first).Applied);
        Assert.True((await second).Applied);
        Assert.Equal("four", (await refusedLate).FailedRequirement);
        Assert.True((await last).Applied);
        Assert.Equal([("a", 101L), ("b", 1L), ("x", 101L)], await tables.QueryAsync("SELECT id, v FROM t ORDER BY id", r => (r.GetString(0), r.GetInt64(1)), Token));
    }

    [Fact]
    public async Task WriteAsync_MoreTextsThanStayPrepared_ExecutesEach()
    {
        await using var tables = TestTables.Open(_folder.Options);
        for (var i = 0; i < 1100; i++)
        {
            Assert.True((await tables.WriteAsync(new TableWrite().Add($"INSERT INTO t (id, v) VALUES ('{i % 550}-{i / 550}', $1)", i), Token)).Applied);
        }

        Assert.Equal(1100, await tables.Count());
    }

    [Fact]
    public async Task WriteAsync_CommitFails_FailsTheWholeGroupAndGoesOn()
    {
        await using var tables = TestTables.Open(_folder.Options);
        using var gate = await HoldWriterAsync(tables);
        var innocent = tables.WriteAsync(TestTables.Insert("a"), Token);
        var refused = tables.WriteAsync(new TableWrite().Require("no", RowCount.One, "SELECT 1 WHERE 1 = 0"), Token);
        var guilty = tables.WriteAsync(new TableWrite().Add("INSERT INTO child VALUES ('nobody')"), Token);
        gate.Release();
        await Assert.ThrowsAsync<FailedPreconditionException>(() => guilty);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => innocent);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => refused);
        Assert.Equal(0, await tables.Count());
        Assert.True((await tables.WriteAsync(TestTables.Insert("a"), Token)).Applied);
    }

    [Fact]
    public async Task WriteAsync_DiskFull_IsResourceExhaustedAndGoesOn()
    {
        SqliteConnection? writer = null;
        await using var tables = TestTables.Open(_folder.Options, connection =>
        {
            writer = connection;
            SqliteFile.Execute(connection, "PRAGMA max_page_count=40");
        });
        var big = new TableWrite().Add("INSERT INTO bulk VALUES ($1)", new byte[1 << 20]);
        await Assert.ThrowsAsync<ResourceExhaustedException>(() => tables.WriteAsync(big, Token));
        Assert.Equal(0, await tables.Count("bulk"));
        Assert.True((await tables.WriteAsync(TestTables.Insert("a"), Token)).Applied);
        Assert.Equal(1, await tables.Count());
        Assert.NotNull(writer);
    }

    [Fact]
    public async Task WriteAsync_DatabaseLockedByAnother_IsUnavailableAndGoesOn()
    {
        await using var tables = TestTables.Open(_folder.Options, c => SqliteFile.Execute(c, "PRAGMA busy_timeout=1"));
        using (var other = SqliteFile.OpenWriter(_folder.Options.TablesPath))
        {
            SqliteFile.Execute(other, "BEGIN IMMEDIATE");
            var blocked = new TableWrite().Add("INSERT INTO t (id, v) VALUES ('a', 0)");
            await Assert.ThrowsAsync<UnavailableException>(() => tables.WriteAsync(blocked, Token));
            SqliteFile.Execute(other, "ROLLBACK");
        }

        Assert.True((await tables.WriteAsync(TestTables.Insert("a"), Token)).Applied);
    }

    [Fact]
    public async Task WriteAsync_CancelledWhileWaiting_WritesNothing()
    {
        await using var tables = TestTables.Open(_folder.Options);
        using var gate = await HoldWriterAsync(tables);
        using var source = new CancellationTokenSource();
        var withdrawn = tables.WriteAsync(TestTables.Insert("a"), source.Token);
        await source.CancelAsync();
        gate.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn);
        await tables.WriteAsync(TestTables.Insert("b"), Token);
        Assert.Equal(["b"], await tables.QueryAsync("SELECT id FROM t", r => r.GetString(0), Token));
    }

    [Fact]
    public async Task WriteAsync_QueueFull_WaitsAndThenWrites()
    {
        await using var tables = TestTables.Open(new StorageOptions { DataFolder = _folder.Path, WriteQueueCapacity = 2 });
        using var gate = await HoldWriterAsync(tables);
        Task[] writes = [.. Enumerable.Range(0, 50).Select(i => tables.WriteAsync(TestTables.Insert($"{i}"), Token))];
        gate.Release();
        await Task.WhenAll(writes);
        Assert.Equal(50, await tables.Count());
    }

    [Fact]
    public async Task Writer_Settings_AreWalAndFull()
    {
        var settings = new List<string?>();
        await using var tables = TestTables.Open(_folder.Options, connection =>
        {
            foreach (var pragma in (string[])["journal_mode", "synchronous"])
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"PRAGMA {pragma}";
                settings.Add(command.ExecuteScalar()?.ToString());
            }
        });
        Assert.Equal(["wal", "2"], settings);
    }

    /// <summary>Occupies the writer with a write whose execution ends when the gate is released, so that what comes next waits and forms one group.</summary>
    private async Task<WriterGate> HoldWriterAsync(SqliteTables tables)
    {
        var gate = new WriterGate(_folder.Options.TablesPath);
        await gate.OccupyAsync(tables);
        return gate;
    }
}
