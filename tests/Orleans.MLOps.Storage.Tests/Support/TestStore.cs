using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage.Postgres;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Tests.Support;

/// <summary>Tables of one engine with the schema of <see cref="TestTables"/> and the logs'.</summary>
internal sealed class TestStore(ITables tables, Func<ValueTask> close, Func<Task<TestStore>> reopen) : IAsyncDisposable
{
    public ITables Tables { get; } = tables;

    public static Task<TestStore> SqliteAsync(TempFolder folder)
    {
        var tables = TestTables.Open(folder.Options);
        return Task.FromResult(new TestStore(tables, tables.DisposeAsync, () => SqliteAsync(folder)));
    }

    public static async Task<TestStore> PostgresAsync(PostgresFixture postgres) =>
        Postgres(await postgres.CreateDatabaseAsync(TestTables.PostgresSchema));

    public ValueTask CloseAsync() => close();

    public Task<TestStore> ReopenAsync() => reopen();

    public ValueTask DisposeAsync() => close();

    public static TestStore Postgres(string connectionString)
    {
        var source = new PostgresSource(connectionString);
        var tables = new PostgresTables(source, 8192, NullLogger<PostgresTables>.Instance);
        return new TestStore(
            tables,
            async () =>
            {
                await tables.DisposeAsync();
                await source.DisposeAsync();
            },
            () => Task.FromResult(Postgres(connectionString)));
    }
}
