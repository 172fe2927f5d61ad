using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Logs;

public sealed class SegmentLogsKitTests : LogsKit, IDisposable
{
    private readonly TempFolder _folder = new();
    private SegmentLogStore? _store;

    public void Dispose()
    {
        _store?.Dispose();
        _folder.Dispose();
    }

    private protected override Task<ILogStore> OpenAsync() =>
        Task.FromResult<ILogStore>(_store = new SegmentLogStore(_folder.Options, NullLogger<SegmentLogStore>.Instance));
}
