using DuckDB.NET.Data;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Analytics;

/// <summary>The second wall: what DuckDB itself refuses to a statement that the guard would not even let through.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AnalyticsSession _session;

    public SandboxTests()
    {
        File.WriteAllText(_folder["outside.csv"], "a\n1\n");
        _session = new AnalyticsSession(_folder["in"], [], _folder.Options, CancellationToken.None);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("SELECT * FROM read_csv('OUT/outside.csv')")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM read_text('OUT/in/../outside.csv')")]
    [InlineData("SELECT * FROM 'OUT/outside.csv'")]
    [InlineData("SELECT * FROM glob('OUT/*')")]
    [InlineData("COPY (SELECT 1) TO 'OUT/leak.parquet'")]
    [InlineData("ATTACH 'OUT/leak.db'")]
    [InlineData("EXPORT DATABASE 'OUT/leak'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SELECT * FROM read_csv('https://example.invalid/a.csv')")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("SET memory_limit = '100GB'")]
    [InlineData("RESET memory_limit")]
    [InlineData("SET allowed_directories = ['/']")]
    [InlineData("SET autoinstall_known_extensions = true")]
    [InlineData("SET lock_configuration = false")]
    [InlineData("PRAGMA enable_profiling = 'json'")]
    public void Execute_ReachesOutside_IsRefusedAndLeavesNothing(string sql)
    {
        Assert.Throws<DuckDBException>(() => _session.Execute(sql.Replace("OUT", _folder.Path, StringComparison.Ordinal)));
        Assert.Equal([_folder["in"], _folder["outside.csv"]], Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Execute_LinkOutOfTheFolder_IsRefused()
    {
        File.CreateSymbolicLink(Path.Combine(_session.Scratch, "link.csv"), _folder["outside.csv"]);
        Assert.Throws<DuckDBException>(() => _session.Execute($"SELECT * FROM read_csv('{_session.Scratch}/link.csv')"));
    }

    [Fact]
    public void Execute_Inside_Works()
    {
        Assert.Equal(1, _session.ExecuteCount($"COPY (SELECT 5 AS a) TO '{_session.Scratch}/ok.parquet'"));
        Assert.Equal(5, _session.Scalar($"SELECT a FROM '{_session.Scratch}/ok.parquet'"));
    }
}
