namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class SqliteRegistryTests : RegistryKit
{
    private protected override Task<RegistryStore> OpenAsync() => Task.FromResult(new RegistryStore());
}
