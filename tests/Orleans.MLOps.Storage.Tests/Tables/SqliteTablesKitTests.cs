using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Tables;

public sealed class SqliteTablesKitTests : TablesKit, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override Task<TestStore> OpenAsync() => TestStore.SqliteAsync(_folder);
}
