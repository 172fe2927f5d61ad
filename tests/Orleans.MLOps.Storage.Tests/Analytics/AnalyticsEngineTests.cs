using System.Data.Common;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Analytics;

public sealed class AnalyticsEngineTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AnalyticsEngine _engine;
    private readonly AnalyticsSource[] _sources;

    public AnalyticsEngineTests()
    {
        _engine = new AnalyticsEngine(new StorageOptions { DataFolder = _folder.Path, AnalyticsMemoryBytes = 64 << 20, AnalyticsSpillBytes = 4 << 20 });
        var path = _folder["input"];
        _engine.WriteParquetAsync("SELECT i, 'v' || i AS t FROM range(10000) r(i)", [], path, Token).GetAwaiter().GetResult();
        _sources = [AnalyticsSource.Of(path)];
    }

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    private const string Endless = "SELECT count(*) FROM range(1000000000000) r(i) WHERE i % 7 = 3";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QueryAsync_Select_StreamsRowsInOrder()
    {
        var rows = await _engine.QueryAsync("SELECT i, t FROM source WHERE i % 2 = 0 ORDER BY i;", _sources, r => (r.GetInt64(0), r.GetString(1)), Token);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (2L * i, $"v{2 * i}")), rows);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["scratch"]));
    }

    [Fact]
    public async Task QueryAsync_SourceOnAnotherVolume_IsReadThroughASymbolicLink()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "No second volume at /dev/shm.");
        var elsewhere = $"/dev/shm/mlops-{Guid.NewGuid():N}.parquet";
        File.Copy(_sources[0].Paths[0], elsewhere);
        try
        {
            Assert.Equal([10000L], await _engine.QueryAsync("SELECT count(*) FROM far", [AnalyticsSource.Of(elsewhere, "far")], r => r.GetInt64(0), Token));
        }
        finally
        {
            File.Delete(elsewhere);
        }
    }

    [Fact]
    public async Task QueryAsync_SeveralFilesAndSources_AreJoined()
    {
        AnalyticsSource[] sources = [new() { Name = "twice", Paths = [_sources[0].Paths[0], _sources[0].Paths[0]] }, .. _sources];
        var count = await _engine.QueryAsync("SELECT count(*) FROM twice ASOF JOIN source s ON twice.t = s.t AND twice.i >= s.i", sources, r => r.GetInt64(0), Token);
        Assert.Equal([20000L], count);
    }

    [Fact]
    public async Task DescribeAsync_Select_GivesNamesAndTypes()
    {
        var schema = await _engine.DescribeAsync("SELECT i, t, i / 2 AS h, i > 3 AS b, DATE '2001-01-01' AS d, now() AS n, [i] AS l FROM source", _sources, Token);
        Assert.Equal(["i", "t", "h", "b", "d", "n", "l"], schema.Columns.Select(c => c.Name));
        ColumnType?[] types = [ColumnType.Int64, ColumnType.Text, ColumnType.Double, ColumnType.Boolean, ColumnType.Date, ColumnType.Timestamp, null];
        Assert.Equal(types, schema.Columns.Select(c => c.Type));
    }

    [Fact]
    public async Task WriteParquetAsync_Select_WritesInOrderAndCounts()
    {
        var target = _folder["out.parquet"];
        Assert.Equal(10000, await _engine.WriteParquetAsync("SELECT -i AS n FROM source ORDER BY n -- newest first", _sources, target, Token));
        var back = await _engine.QueryAsync("SELECT n FROM source", [AnalyticsSource.Of(target)], r => r.GetInt64(0), Token);
        Assert.Equal(Enumerable.Range(0, 10000).Select(i => i - 9999L), back);
    }

    [Theory]
    [InlineData("SELEC 1", "syntax error")]
    [InlineData("SELECT nope FROM source", "nope")]
    [InlineData("SELECT * FROM nowhere", "nowhere")]
    [InlineData("SELECT CAST(t AS INT) FROM source", "v0")]
    [InlineData("SELECT 1; SELECT 2", "2 statements")]
    [InlineData("-- nothing", "0 statements")]
    [InlineData("SELECT 1) TO 'x'; COPY (SELECT 2", "syntax error")]
    public async Task QueryAsync_WrongSql_IsInvalidAndSaysWhy(string sql, string why)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Run(sql));
        Assert.Contains(why, error.Message, StringComparison.OrdinalIgnoreCase);
        await Assert.ThrowsAsync<InvalidInputException>(() => _engine.WriteParquetAsync(sql, _sources, _folder["out.parquet"], Token));
        Assert.False(File.Exists(_folder["out.parquet"]));
    }

    [Theory]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM read_parquet('source.0.parquet')")]
    [InlineData("SELECT 1 WHERE EXISTS (FROM system.main.ENABLE_LOGGING(storage = 'file', storage_path = '/tmp/x'))")]
    [InlineData("WITH q AS (FROM query('SELECT 1')) SELECT * FROM q")]
    [InlineData("FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))")]
    [InlineData("COPY source TO '/tmp/leak.parquet'")]
    [InlineData("ATTACH '/tmp/other.db'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET memory_limit = '10GB'")]
    [InlineData("RESET enable_external_access")]
    [InlineData("PRAGMA enable_profiling = 'json'")]
    [InlineData("CREATE TABLE x AS SELECT 1")]
    [InlineData("EXPORT DATABASE '/tmp/x'")]
    [InlineData("CALL enable_logging()")]
    [InlineData("SELECT current_setting('temp_directory')")]
    [InlineData("SELECT i FROM source WHERE CURRENT_SETTING('allowed_' || 'directories') IS NOT NULL")]
    [InlineData("SELECT * FROM pg_settings")]
    [InlineData("SELECT sql FROM duckdb_views")]
    [InlineData("SELECT * FROM information_schema.tables")]
    public async Task QueryAsync_AnythingButAHarmlessSelect_IsRefused(string sql)
    {
        await Assert.ThrowsAnyAsync<MLOpsException>(() => Run(sql));
        await Assert.ThrowsAsync<PermissionDeniedException>(() => Run(sql));
        await Assert.ThrowsAsync<PermissionDeniedException>(() => _engine.DescribeAsync(sql, _sources, Token));
    }

    [Fact]
    public async Task QueryAsync_FileAsTable_IsRefused() => await Assert.ThrowsAsync<InvalidInputException>(() => Run("SELECT * FROM '/etc/passwd'"));

    [Fact]
    public async Task QueryAsync_NeedsMoreMemoryThanAllowed_IsResourceExhausted()
    {
        var big = "SELECT list(i || 'abcdefghijklmnopqrstuvwxyz') FROM range(20000000) t(i)";
        await Assert.ThrowsAsync<ResourceExhaustedException>(() => Run(big));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["scratch"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QueryAsync_Cancelled_IsInterrupted(bool streaming)
    {
        using var source = new CancellationTokenSource();
        var sql = streaming ? "SELECT i FROM range(1000000000000) r(i)" : "SELECT count(*) FROM range(1000000000000) r(i) WHERE i % 7 = 3";
        var started = new TaskCompletionSource();
        var query = _engine.QueryAsync(sql, _sources, _ => started.TrySetResult(), source.Token);
        if (streaming)
        {
            await started.Task.WaitAsync(Token);
        }

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal([10000L], await _engine.QueryAsync("SELECT count(*) FROM source", _sources, r => r.GetInt64(0), Token));
    }

    [Fact]
    public async Task QueryAsync_MoreThanTheInstances_WaitTheirTurn()
    {
        using var one = new AnalyticsEngine(new StorageOptions { DataFolder = _folder["one"], AnalyticsInstances = 1 });
        var running = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => one.QueryAsync("SELECT 1", [], Watch, Token)));
        Assert.Equal(0, running);

        void Watch(DbDataReader reader)
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            Interlocked.Decrement(ref running);
        }
    }

    [Theory]
    [InlineData("SELECT 10000 -- rows")]
    [InlineData("SELECT 10000;; ")]
    [InlineData("SELECT 10000; -- rows; or so")]
    [InlineData("SELECT 10000 /* a; /* b; */ */ ; /* c */")]
    [InlineData("SELECT 10000 WHERE ';--' <> ';' AND ';''' <> E'\\';' AND $$;'$$ <> $t$;$$;$t$; -- '")]
    [InlineData("SELECT 10000 AS \";\" ; -- named")]
    public async Task QueryAsync_SemicolonsAndComments_EndTheStatement(string sql)
    {
        Assert.Equal([10000], await _engine.QueryAsync(sql, _sources, r => r.GetInt32(0), Token));
        Assert.Single((await _engine.DescribeAsync(sql, _sources, Token)).Columns);
        Assert.Equal(1, await _engine.WriteParquetAsync(sql, _sources, _folder["out.parquet"], Token));
    }

    [Fact]
    public async Task QueryAsync_NulOrDeepNesting_IsRefusedByName()
    {
        var nul = await Assert.ThrowsAsync<InvalidInputException>(() => Run("SELECT 1 \0 FROM source"));
        var deep = await Assert.ThrowsAsync<InvalidInputException>(() => Run($"SELECT {new string('(', 5000)}1{new string(')', 5000)}"));

        Assert.Equal(("sql", "sql"), (nul.Field, deep.Field));
        Assert.Contains("NUL (at character 9)", nul.Message, StringComparison.Ordinal);
        Assert.Contains("parentheses", deep.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => Run($"SELECT {string.Concat(Enumerable.Repeat("NOT ", 20_000))} true"));
    }

    [Theory]
    [InlineData("SELECT * FROM '/etc/passwd'")]
    [InlineData("SELECT CAST(t AS INT) FROM source")]
    [InlineData("SELECT list(i || 'abcdefghijklmnopqrstuvwxyz') FROM range(20000000) t(i)")]
    public async Task QueryAsync_Refused_DoesNotSayWhereTheDataLie(string sql)
    {
        var error = await Assert.ThrowsAnyAsync<MLOpsException>(() => Run(sql));

        Assert.DoesNotContain(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForUsers_LongerThanTheLimit_IsInterruptedAndNamesIt()
    {
        var limit = TimeSpan.FromMilliseconds(50);
        var error = await Assert.ThrowsAsync<ResourceExhaustedException>(() => _engine.ForUsers(limit).QueryAsync(Endless, _sources, _ => { }, Token));

        Assert.Equal("sql", error.Field);
        Assert.Contains(limit.ToString("c"), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["scratch"]));
    }

    [Fact]
    public async Task ForUsers_AllPlacesTaken_LeavesOneToThePlatform()
    {
        using var source = new CancellationTokenSource();
        var users = _engine.ForUsers(TimeSpan.FromMinutes(5));
        Task[] endless = [.. Enumerable.Range(0, 4).Select(_ => users.QueryAsync(Endless, _sources, _ => { }, source.Token))];

        Assert.Equal([10000L], await _engine.QueryAsync("SELECT count(*) FROM source", _sources, r => r.GetInt64(0), Token));

        Assert.All(endless, query => Assert.False(query.IsCompleted));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(endless));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a\"; DROP VIEW source; --")]
    public async Task QueryAsync_WrongSourceName_IsInvalid(string name) =>
        await Assert.ThrowsAsync<InvalidInputException>(() => _engine.QueryAsync("SELECT 1", [AnalyticsSource.Of(_sources[0].Paths[0], name)], _ => { }, Token));

    [Fact]
    public async Task QueryAsync_MissingFile_IsNotFound() =>
        await Assert.ThrowsAsync<NotFoundException>(() => _engine.QueryAsync("SELECT 1", [AnalyticsSource.Of(_folder["nothing"])], _ => { }, Token));

    private Task Run(string sql) => _engine.QueryAsync(sql, _sources, _ => { }, Token);
}
