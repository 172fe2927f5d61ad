using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Tables;

[Collection(PostgresGroup.Name)]
public sealed class PostgresTablesKitTests(PostgresFixture postgres) : TablesKit
{
    private protected override Task<TestStore> OpenAsync() => TestStore.PostgresAsync(postgres);
}
