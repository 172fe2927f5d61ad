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
    public async Task WriteAsync_ManyStatements_AppliesAllAndTellsCounts()
    {
        await using var tables = TestTables.Open(_folder.Options);
        var write = TestTables.Insert("a", 1)
            .Add("INSERT INTO t (id, v) VALUES ($1, 7), ($2, 7)", "b", "c")
            .Add("UPDATE t SET v = v + $1 WHERE v = $2", 1, 7L)
            .Add("DELETE FROM t WHERE id = 'nobody'");
        var result = await tables.WriteAsync(write, Token);
        Assert.True(result.Applied);
        Assert.Equal([1, 2, 2, 0], result.AffectedRows);
        Assert.Equal([("a", 1L), ("b", 8L), ("c", 8L)], await tables.QueryAsync("SELECT id, v FROM t ORDER BY id", r => (r.GetString(0), r.GetInt64(1)), Token));
    }

    [Fact]
    public async Task WriteAsync_RequirementFails_NamesItAndChangesNothing()
    {
        await using var tables = TestTables.Open(_folder.Options);
        await tables.WriteAsync(TestTables.Insert("a", 1), Token);
        var write = TestTables.Insert("b")
            .Require("a is at 1", RowCount.One, "SELECT 1 FROM t WHERE id = $1 AND v = $2", "a", 1)
            .Require("a was at 5", RowCount.One, "UPDATE t SET v = 6 WHERE id = $1 AND v = $2", "a", 5)
            .Require("never reached", RowCount.None, "SELECT 1");
        var result = await tables.WriteAsync(write, Token);
        Assert.False(result.Applied);
        Assert.Equal("a was at 5", result.FailedRequirement);
        Assert.Empty(result.AffectedRows);
        Assert.Equal(1, await tables.Count());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task WriteAsync_LoneRequiredStatement_IsUndoneWhenItFails(int allowed, bool applied)
    {
        await using var tables = TestTables.Open(_folder.Options);
        await tables.WriteAsync(TestTables.Insert("a", 1), Token);
        await tables.WriteAsync(TestTables.Insert("b", 1), Token);
        var sql = applied ? "UPDATE t SET v = 2 WHERE v = 9" : "UPDATE t SET v = 2 WHERE v = 1";
        var result = await tables.WriteAsync(new TableWrite().Require("rows", RowCount.Exactly(allowed), sql), Token);
        Assert.Equal(applied, result.Applied);
        Assert.Equal([1L, 1L], await tables.QueryAsync("SELECT v FROM t", r => r.GetInt64(0), Token));
    }

    [Fact]
    public async Task WriteAsync_Returning_GivesFirstValue()
    {
        await using var tables = TestTables.Open(_folder.Options);
        var first = await tables.WriteAsync(new TableWrite().Add("INSERT INTO auto (name) VALUES ($1) RETURNING id", "x"), Token);
        var second = await tables.WriteAsync(new TableWrite().Add("INSERT INTO auto (name) VALUES ($1) RETURNING id", null as object), Token);
        Assert.Equal((1L, 2L), ((long)first.Returned[0]!, (long)second.Returned[0]!));
        Assert.Equal([1], second.AffectedRows);
    }

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
    public async Task WriteAsync_WrongSqlOrConstraint_FailsTyped()
    {
        await using var tables = TestTables.Open(_folder.Options);
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.WriteAsync(new TableWrite().Add("INSERT INTO nowhere VALUES (1)"), Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.WriteAsync(new TableWrite().Add("INSERT INTO t (id, v) VALUES ($1, $2)", "a"), Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.WriteAsync(TestTables.Insert("a", -1), Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => tables.WriteAsync(new TableWrite().Add("INSERT INTO strict_child VALUES ('nobody')"), Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.QueryAsync("SELECT nothing", r => r.GetInt64(0), Token));
        Assert.True((await tables.WriteAsync(TestTables.Insert("a"), Token)).Applied);
        Assert.Equal(1, await tables.Count());
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
    public async Task Dispose_WritesWaiting_AnswersThemAll()
    {
        var tables = TestTables.Open(_folder.Options);
        Task<TableWriteResult>[] writes = [.. Enumerable.Range(0, 3000).Select(i => tables.WriteAsync(TestTables.Insert($"{i}"), Token))];
        await tables.DisposeAsync();
        Assert.All(writes, w => Assert.True(w.IsCompletedSuccessfully || w.Result.Applied));
        await Assert.ThrowsAsync<UnavailableException>(() => tables.WriteAsync(TestTables.Insert("late"), Token));
        await Assert.ThrowsAsync<UnavailableException>(() => tables.Count());
        await using var again = TestTables.Open(_folder.Options);
        Assert.Equal(3000, await again.Count());
    }

    [Fact]
    public async Task QueryAsync_AnyCancelledLongQuery_IsInterrupted()
    {
        await using var tables = TestTables.Open(_folder.Options);
        using var source = new CancellationTokenSource();
        var query = tables.QueryAsync("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", r => r.GetInt64(0), source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(0, await tables.Count());
    }

    [Fact]
    public async Task QueryAsync_Write_IsRefused()
    {
        await using var tables = TestTables.Open(_folder.Options);
        await Assert.ThrowsAnyAsync<MLOpsException>(() => tables.QueryAsync("INSERT INTO t (id, v) VALUES ('a', 1) RETURNING 1", r => r.GetInt64(0), Token));
        Assert.Equal(0, await tables.Count());
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
