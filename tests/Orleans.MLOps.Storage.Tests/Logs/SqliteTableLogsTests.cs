using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Logs;

public sealed class SqliteTableLogsTests : TableLogsKit
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<TestStore> OpenTablesAsync() => TestStore.SqliteAsync(_folder);
}
