using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Logs;

/// <summary>What logs in tables must do besides: keep a writer out that was replaced.</summary>
public abstract class TableLogsKit : LogsKit, IAsyncDisposable
{
    private TestStore? _store;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    private protected abstract Task<TestStore> OpenTablesAsync();

    private protected override async Task<ILogStore> OpenAsync() => new TableLogStore((_store = await OpenTablesAsync()).Tables);

    [Fact]
    public async Task AppendAsync_ReplacedWriter_IsRefusedForEver()
    {
        var store = await OpenAsync();
        var old = await store.OpenAsync("a", Token);
        await old.AppendAsync(Payload(1), durable: true);
        var next = await store.OpenAsync("a", Token);
        await next.AppendAsync(Payload(2), durable: true);

        await Assert.ThrowsAsync<UnavailableException>(async () => await old.AppendAsync(Payload(3), durable: true));
        await Assert.ThrowsAsync<UnavailableException>(async () => await old.AppendAsync(Payload(4), durable: true));
        await next.AppendAsync(Payload(5), durable: true);

        Assert.Equal(["01", "0202", "0505050505"], (await ReadAsync(store, "a", LogPosition.Start)).Select(frame => Convert.ToHexString(frame.Payload.Span)));
    }

    [Fact]
    public async Task AppendAsync_ProcessGivenUpByTheOthers_IsRefused()
    {
        _store = await OpenTablesAsync();
        var store = new TableLogStore(_store.Tables, new FenceOfRow());
        var log = await store.OpenAsync("a", Token);
        await log.AppendAsync(Payload(1), durable: true);
        await _store.Tables.WriteAsync(new TableWrite().Add("INSERT INTO t (id, v) VALUES ('dead', 1)"), Token);

        var error = await Assert.ThrowsAsync<UnavailableException>(async () => await log.AppendAsync(Payload(2), durable: true));

        Assert.Contains("given this process up", error.Message, StringComparison.Ordinal);
        Assert.Single(await ReadAsync(store, "a", LogPosition.Start));
    }

    [Fact]
    public async Task AppendAsync_OneOfManyFails_NothingBehindItIsStored()
    {
        var store = await OpenAsync();
        var log = await store.OpenAsync("a", Token);
        await log.AppendAsync(Payload(1), durable: true);

        // Frame 2 is taken by somebody else, so frame 2 fails and with it 3 and 4, whoever else shares their commit.
        await _store!.Tables.WriteAsync(new TableWrite().Add("INSERT INTO log_frames (log, position, writer, payload) VALUES ('a', 2, 'another', $1)", Payload(6)), Token);
        var appends = Enumerable.Range(1, 4).Select(i => log.AppendAsync(Payload(i), durable: true).AsTask()).ToArray();
        await Task.WhenAll(appends).ContinueWith(static _ => { }, TaskScheduler.Default);

        Assert.True(appends[0].IsCompletedSuccessfully);
        Assert.All(appends[1..], append => Assert.IsType<UnavailableException>(append.Exception!.InnerException));
        Assert.Equal(3, (await ReadAsync(store, "a", LogPosition.Start)).Count);
    }

    [Fact]
    public async Task ReadAsync_MissingFrame_IsDataLoss()
    {
        var store = await OpenAsync();
        var log = await store.OpenAsync("a", Token);
        for (var i = 0; i < 5; i++)
        {
            await log.AppendAsync(Payload(i), durable: true);
        }

        await _store!.Tables.WriteAsync(new TableWrite().Add("DELETE FROM log_frames WHERE position = 3"), Token);

        Assert.Contains("frame 3", (await Assert.ThrowsAsync<DataLossException>(() => ReadAsync(store, "a", LogPosition.Start))).Message, StringComparison.Ordinal);
    }

    private sealed class FenceOfRow : ILogFence
    {
        public void Require(TableWrite write) => write.Require("alive", RowCount.None, "SELECT 1 FROM t WHERE id = $1", "dead");
    }
}
