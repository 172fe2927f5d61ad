using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Storage.Tests.Logs;

/// <summary>What every <see cref="ILogStore"/> must do; each store runs it.</summary>
public abstract class LogsKit
{
    private protected abstract Task<ILogStore> OpenAsync();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_ManyAtOnce_AreReadInTheOrderOfTheirPositions()
    {
        var store = await OpenAsync();
        var log = await store.OpenAsync("a%2Fb", Token);
        var positions = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => log.AppendAsync(Payload(i), durable: true).AsTask()));

        var frames = await ReadAsync(store, "a%2Fb", LogPosition.Start);
        Assert.Equal(positions, frames.Select(frame => frame.Position));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => Convert.ToHexString(Payload(i))), frames.Select(frame => Convert.ToHexString(frame.Payload.Span)));
        Assert.Equal(frames[^1].Next, log.End);
    }

    [Fact]
    public async Task ReadAsync_FromAPositionOrItsNext_ContinuesThere()
    {
        var store = await OpenAsync();
        var log = await store.OpenAsync("a", Token);
        for (var i = 0; i < 150; i++)
        {
            await log.AppendAsync(Payload(i), durable: true);
        }

        var all = await ReadAsync(store, "a", LogPosition.Start);
        foreach (var at in (int[])[0, 63, 64, 65, 149])
        {
            Assert.Equal(all[at..].Select(frame => frame.Position), (await ReadAsync(store, "a", all[at].Position)).Select(frame => frame.Position));
            Assert.Equal(149 - at, (await ReadAsync(store, "a", all[at].Next)).Count);
        }
    }

    [Fact]
    public async Task ReadAsync_LogShorterThanWhatWasRead_IsDataLoss()
    {
        var store = await OpenAsync();
        var log = await store.OpenAsync("a", Token);
        var end = (await log.AppendAsync(Payload(0), durable: true), log.End).End;

        Assert.Empty(await ReadAsync(store, "a", end));
        await Assert.ThrowsAsync<DataLossException>(() => ReadAsync(store, "a", end with { Offset = end.Offset + 1 }));
    }

    [Fact]
    public async Task ReadAsync_UnknownLog_IsEmptyAndNotMade()
    {
        var store = await OpenAsync();

        Assert.Empty(await ReadAsync(store, "nothing", LogPosition.Start));
        Assert.Empty(await store.ListAsync("", Token));
    }

    [Fact]
    public async Task ListAsync_Prefix_GivesExactlyThoseInOrder()
    {
        var store = await OpenAsync();
        foreach (var name in (string[])["p.b%r2", "p.b%r1", "p.bb%r1", "q.b%r1", "p.b"])
        {
            await (await store.OpenAsync(name, Token)).AppendAsync(Payload(1), durable: true);
        }

        Assert.Equal(["p.b%r1", "p.b%r2"], await store.ListAsync("p.b%r", Token));
        Assert.Equal(5, (await store.ListAsync("", Token)).Count);
    }

    [Fact]
    public async Task AppendAsync_TooLong_IsRefusedAndTheLogGoesOn()
    {
        var store = await OpenAsync();
        var log = await store.OpenAsync("a", Token);

        await Assert.ThrowsAsync<InvalidInputException>(async () => await log.AppendAsync(new byte[(16 << 20) + 1], durable: true));
        await log.AppendAsync(Payload(2), durable: true);

        Assert.Single(await ReadAsync(store, "a", LogPosition.Start));
    }

    [Fact]
    public async Task DeleteAsync_Log_IsGoneAndMayBeginAnew()
    {
        var store = await OpenAsync();
        await (await store.OpenAsync("a", Token)).AppendAsync(Payload(1), durable: true);
        await (await store.OpenAsync("b", Token)).AppendAsync(Payload(2), durable: false);

        await store.DeleteAsync("a", Token);
        await store.DeleteAsync("a", Token);
        await store.DeleteAsync("nothing", Token);

        Assert.Equal(["b"], await store.ListAsync("", Token));
        Assert.Empty(await ReadAsync(store, "a", LogPosition.Start));
        await (await store.OpenAsync("a", Token)).AppendAsync(Payload(3), durable: true);
        Assert.Equal(Payload(3), Assert.Single(await ReadAsync(store, "a", LogPosition.Start)).Payload.ToArray());
        await Assert.ThrowsAsync<InvalidInputException>(async () => await store.DeleteAsync("../b", Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public async Task OpenAsync_NameThatIsNotAllowed_IsRefused(string name) =>
        await Assert.ThrowsAsync<InvalidInputException>(async () => await (await OpenAsync()).OpenAsync(name, Token));

    private protected static byte[] Payload(int i) => [.. Enumerable.Range(0, i % 7).Select(_ => (byte)i)];

    private protected static async Task<List<LogFrame>> ReadAsync(ILogStore store, string name, LogPosition from)
    {
        var frames = new List<LogFrame>();
        await foreach (var frame in store.ReadAsync(name, from, Token))
        {
            frames.Add(frame);
        }

        return frames;
    }
}
