using CsCheck;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Tables;

/// <summary>What every engine behind <see cref="ITables"/> must do; each engine runs it.</summary>
public abstract class TablesKit
{
    private protected abstract Task<TestStore> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_ManyStatements_AppliesAllAndTellsCounts()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
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
        await using var store = await OpenAsync();
        var tables = store.Tables;
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
        await using var store = await OpenAsync();
        var tables = store.Tables;
        await tables.WriteAsync(TestTables.Insert("a", 1), Token);
        await tables.WriteAsync(TestTables.Insert("b", 1), Token);
        var sql = applied ? "UPDATE t SET v = 2 WHERE v = 9" : "UPDATE t SET v = 2 WHERE v = 1";
        var result = await tables.WriteAsync(new TableWrite().Require("rows", RowCount.Exactly(allowed), sql), Token);
        Assert.Equal(applied, result.Applied);
        Assert.Equal([1L, 1L], await tables.QueryAsync("SELECT v FROM t", r => r.GetInt64(0), Token));
    }

    [Fact]
    public async Task WriteAsync_ValuesUsedTwiceAndOutOfOrder_GoWhereTheirNumbersSay()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
        await tables.WriteAsync(new TableWrite().Add("INSERT INTO t (id, v) VALUES ($3, $1), ($2, $1)", 5, "b", "a"), Token);
        Assert.Equal([("a", 5L), ("b", 5L)], await tables.QueryAsync("SELECT id, v FROM t ORDER BY id", r => (r.GetString(0), r.GetInt64(1)), Token));
    }

    [Fact]
    public async Task WriteAsync_Returning_GivesFirstValue()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
        var first = await tables.WriteAsync(new TableWrite().Add("INSERT INTO auto (name) VALUES ($1) RETURNING id", "x"), Token);
        var second = await tables.WriteAsync(new TableWrite().Add("INSERT INTO auto (name) VALUES ($1) RETURNING id", null as object), Token);
        Assert.Equal((1L, 2L), ((long)first.Returned[0]!, (long)second.Returned[0]!));
        Assert.Equal([1], second.AffectedRows);
    }

    [Fact]
    public async Task WriteAsync_WrongSqlOrConstraint_FailsTyped()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.WriteAsync(new TableWrite().Add("INSERT INTO nowhere VALUES (1)"), Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.WriteAsync(new TableWrite().Add("INSERT INTO t (id, v) VALUES ($1, $2)", "a"), Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.WriteAsync(TestTables.Insert("a", -1), Token));
        await Assert.ThrowsAsync<FailedPreconditionException>(() => tables.WriteAsync(new TableWrite().Add("INSERT INTO strict_child VALUES ('nobody')"), Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => tables.QueryAsync("SELECT nothing", r => r.GetInt64(0), Token));
        Assert.True((await tables.WriteAsync(TestTables.Insert("a"), Token)).Applied);
        Assert.Equal(1, await tables.Count());
    }

    [Fact]
    public async Task Dispose_WritesWaiting_AnswersThemAll()
    {
        var store = await OpenAsync();
        var tables = store.Tables;
        Task<TableWriteResult>[] writes = [.. Enumerable.Range(0, 3000).Select(i => tables.WriteAsync(TestTables.Insert($"{i}"), Token))];
        await store.CloseAsync();
        Assert.All(writes, w => Assert.True(w.IsCompletedSuccessfully || w.Result.Applied));
        await Assert.ThrowsAsync<UnavailableException>(() => tables.WriteAsync(TestTables.Insert("late"), Token));
        await Assert.ThrowsAsync<UnavailableException>(() => tables.Count());
        await using var again = await store.ReopenAsync();
        Assert.Equal(3000, await again.Tables.Count());
    }

    [Fact]
    public async Task QueryAsync_AnyCancelledLongQuery_IsInterrupted()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
        using var source = new CancellationTokenSource();
        var query = tables.QueryAsync("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", r => r.GetInt64(0), source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(0, await tables.Count());
    }

    [Fact]
    public async Task QueryAsync_Write_IsRefused()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
        await Assert.ThrowsAnyAsync<MLOpsException>(() => tables.QueryAsync("INSERT INTO t (id, v) VALUES ('a', 1) RETURNING 1", r => r.GetInt64(0), Token));
        Assert.Equal(0, await tables.Count());
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnceSomeRefused_EachGetsItsOwnAnswer()
    {
        await using var store = await OpenAsync();
        var tables = store.Tables;
        await tables.WriteAsync(TestTables.Insert("taken"), Token);
        var writes = Enumerable.Range(0, 200).Select(i => (i % 10) switch
        {
            3 => tables.WriteAsync(TestTables.Insert($"half{i}").Add("INSERT INTO t (id, v) VALUES ('taken', 0)"), Token),
            6 => tables.WriteAsync(TestTables.Insert($"none{i}").Require("a row", RowCount.One, "SELECT 1 FROM t WHERE id = 'nobody'"), Token),
            _ => tables.WriteAsync(TestTables.Insert($"ok{i:d3}"), Token),
        }).ToArray();
        await Task.WhenAll(writes).ContinueWith(static _ => { }, TaskScheduler.Default);

        for (var i = 0; i < writes.Length; i++)
        {
            switch (i % 10)
            {
                case 3:
                    await Assert.ThrowsAsync<AlreadyExistsException>(() => writes[i]);
                    break;
                case 6:
                    Assert.Equal("a row", (await writes[i]).FailedRequirement);
                    break;
                default:
                    Assert.Equal([1], (await writes[i]).AffectedRows);
                    break;
            }
        }

        Assert.Equal(
            Enumerable.Range(0, 200).Where(i => i % 10 is not (3 or 6)).Select(i => $"ok{i:d3}").Append("taken"),
            await tables.QueryAsync("SELECT id FROM t ORDER BY id", row => row.GetString(0), Token));
    }

    [Fact]
    public async Task WriteAsync_EveryKindOfValue_ComesBackTheSame()
    {
        await using var store = await OpenAsync();
        await Gen.Select(Gen.String[Gen.Char['\u0001', '\uD7FF'], 0, 20], Gen.Long, Gen.Double.Where(value => !double.IsNaN(value)), Gen.Byte.Array[0, 40]).SampleAsync(
            async (text, number, real, bytes) =>
            {
                var write = new TableWrite()
                    .Add("DELETE FROM kinds")
                    .Add("INSERT INTO kinds (a_text, a_number, a_real, a_blob, a_null) VALUES ($1, $2, $3, $4, $5)", text, number, real, bytes, null);
                await store.Tables.WriteAsync(write, CancellationToken.None);
                var row = (await store.Tables.QueryAsync(
                    "SELECT a_text, a_number, a_real, a_blob, a_null FROM kinds WHERE a_text = $1 AND a_number = $2 AND (CAST($3 AS text) IS NULL OR a_null = $3)",
                    r => (r.GetString(0), r.GetInt64(1), r.GetDouble(2), Convert.ToHexString(r.GetFieldValue<byte[]>(3)), r.IsDBNull(4)),
                    CancellationToken.None,
                    text, number, null)).Single();
                Assert.Equal((text, number, real, Convert.ToHexString(bytes), true), row);
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public async Task QueryAsync_TextsOfAllKinds_AreOrderedByTheirBytes()
    {
        await using var store = await OpenAsync();
        string[] texts = ["Zebra", "apple", "Äpfel", "zebra", "_x", "0", "a b", "a-b", "\u00ff", "\ud83d\ude00"];
        foreach (var text in texts)
        {
            await store.Tables.WriteAsync(TestTables.Insert(text), Token);
        }

        var expected = texts.OrderBy(text => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text)), StringComparer.Ordinal);
        Assert.Equal(expected, await store.Tables.QueryAsync("SELECT id FROM t ORDER BY id", row => row.GetString(0), Token));
    }
}
