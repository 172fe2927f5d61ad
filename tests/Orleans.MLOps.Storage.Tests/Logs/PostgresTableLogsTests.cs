using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Logs;

[Collection(PostgresGroup.Name)]
public sealed class PostgresTableLogsTests(PostgresFixture postgres) : TableLogsKit
{
    private protected override Task<TestStore> OpenTablesAsync() => TestStore.PostgresAsync(postgres);
}
