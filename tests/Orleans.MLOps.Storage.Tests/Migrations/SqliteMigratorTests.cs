using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Storage.Migrations;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Migrations;

public sealed class SqliteMigratorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteTables Open(params Migration[] migrations) =>
        SqliteTables.Open(_folder.Options, migrations, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(5)), NullLogger.Instance, static _ => { });

    [Fact]
    public async Task Migrate_NewSteps_RunOnceInOrder()
    {
        var one = new Migration(1, "0001_a", "CREATE TABLE a (x int)");
        var two = new Migration(2, "0002_b", "ALTER TABLE a ADD COLUMN y int; INSERT INTO a VALUES (1, 2)");
        await using (Open(one))
        {
        }

        await using (Open(one, two))
        {
        }

        await using var tables = Open(one, two);
        Assert.Equal(1, await tables.Count("a"));
        var history = await tables.QueryAsync("SELECT version, name, applied_us FROM schema_version ORDER BY version", r => (r.GetInt64(0), r.GetString(1), r.GetTime(2)), Token);
        Assert.Equal([(1L, "0001_a", DateTimeOffset.UnixEpoch.AddSeconds(5)), (2L, "0002_b", DateTimeOffset.UnixEpoch.AddSeconds(5))], history);
    }

    [Fact]
    public async Task Migrate_StepFails_NothingOfTheRunRemains()
    {
        var one = new Migration(1, "0001_a", "CREATE TABLE a (x int)");
        var broken = new Migration(2, "0002_b", "CREATE TABLE b (x int); CREATE TABLE a (x int)");
        var error = Assert.Throws<InvalidInputException>(() => Open(one, broken));
        Assert.Contains("0002_b", error.Message, StringComparison.Ordinal);
        await using var tables = Open(new Migration(1, "0001_b", "CREATE TABLE b (x int)"));
        Assert.Equal(0, await tables.Count("b"));
    }

    [Fact]
    public async Task Migrate_NewerDatabase_IsRefused()
    {
        var one = new Migration(1, "0001_a", "CREATE TABLE a (x int)");
        await using (Open(one, new Migration(2, "0002_b", "CREATE TABLE b (x int)")))
        {
        }

        var error = Assert.Throws<FailedPreconditionException>(() => Open(one));
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_ManyStartersAtOnce_RunEachStepOnce()
    {
        var one = new Migration(1, "0001_a", "CREATE TABLE a (x int); INSERT INTO a VALUES (1)");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open(one).DisposeAsync().AsTask(), Token)));
        await using var tables = Open(one);
        Assert.Equal(1, await tables.Count("a"));
    }

    [Fact]
    public void Open_FileIsNoDatabase_IsDataLoss()
    {
        File.WriteAllBytes(_folder["tables.db"], [.. Enumerable.Range(0, 8192).Select(i => (byte)i)]);
        Assert.Throws<DataLossException>(() => Open());
    }
}
