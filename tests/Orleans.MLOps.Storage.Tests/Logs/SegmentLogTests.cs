using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Logs;

public sealed class SegmentLogTests : IDisposable
{
    private const int Header = FrameFormat.HeaderBytes;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SegmentLogStore Open(long segmentBytes = 1 << 20) =>
        new(new StorageOptions { DataFolder = _folder.Path, LogSegmentBytes = segmentBytes }, NullLogger<SegmentLogStore>.Instance);

    private string Segment(string log, int number) => Path.Combine(_folder["logs"], log, $"{number:D10}.log");

    [Fact]
    public void Crc32C_CheckValue_IsThePublishedOne()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8, []));
        Assert.Equal(0xE3069283u, Crc32C.Compute("12345678"u8, "9"u8));
    }

    [Fact]
    public async Task AppendAsync_AnyFrames_AreReadBackInOrderAndSingly()
    {
        using var store = Open(4096);
        var log = store.Open("endpoint%2Fa");
        var positions = new List<LogPosition>();
        for (var i = 0; i < 300; i++)
        {
            positions.Add(await log.AppendAsync(Payload(i, i % 100), durable: i % 7 == 0));
        }

        Assert.True(log.End.Segment > 3);
        Assert.Equal(positions.Order(), positions);
        await AssertFramesAsync(log, LogPosition.Start, Enumerable.Range(0, 300));
        await AssertFramesAsync(log, positions[123], Enumerable.Range(123, 177));
    }

    [Fact]
    public async Task AppendAsync_ManyCallersAndLogs_LoseAndMixNothing()
    {
        using var store = Open(64 << 10);
        IAppendLog[] logs = [store.Open("a"), store.Open("b")];
        await Parallel.ForAsync(0, 16, Token, async (caller, _) =>
        {
            for (var i = 0; i < 100; i++)
            {
                await logs[caller % 2].AppendAsync(new byte[] { (byte)caller, (byte)i, 1 }, durable: i % 3 != 0);
            }
        });
        foreach (var (log, parity) in logs.Zip([0, 1]))
        {
            var frames = await FramesAsync(log, LogPosition.Start);
            foreach (var group in frames.GroupBy(f => f[0]))
            {
                Assert.Equal(parity, group.Key % 2);
                Assert.Equal(Enumerable.Range(0, 100), group.Select(f => (int)f[1]));
            }

            Assert.Equal(800, frames.Count);
        }
    }

    [Fact]
    public async Task ReadAsync_FramesAppendedWhileReading_AreSeen()
    {
        using var store = Open(4096);
        var log = store.Open("a");
        await log.AppendAsync(Payload(0, 0), durable: true);
        var seen = 0;
        await foreach (var frame in log.ReadAsync(LogPosition.Start, Token))
        {
            Assert.Equal(Payload(seen, 0), frame.Payload.ToArray());
            if (++seen < 500)
            {
                await log.AppendAsync(Payload(seen, 0), durable: false);
            }
        }

        Assert.Equal(500, seen);
    }

    [Fact]
    public void Open_FileCutAtAnyByte_KeepsExactlyTheWholeFrames() =>
        Gen.Select(Gen.Int[0, 40].Array[1, 12], Gen.Int[0, 1_000_000]).Sample((sizes, random) =>
        {
            var name = Guid.NewGuid().ToString("N");
            var ends = new List<long>();
            using (var store = Open())
            {
                var log = store.Open(name);
                for (var i = 0; i < sizes.Length; i++)
                {
                    log.AppendAsync(Payload(i, sizes[i]), durable: false).AsTask().GetAwaiter().GetResult();
                    ends.Add(log.End.Offset);
                }
            }

            var cut = random % (ends[^1] + 1);
            using (var file = File.OpenWrite(Segment(name, 1)))
            {
                file.SetLength(cut);
            }

            using var again = Open();
            var reopened = again.Open(name);
            var kept = ends.Count(e => e <= cut);
            Assert.Equal(kept == 0 ? 0 : ends[kept - 1], reopened.End.Offset);
            reopened.AppendAsync(Payload(99, 3), durable: true).AsTask().GetAwaiter().GetResult();
            var frames = FramesAsync(reopened, LogPosition.Start).GetAwaiter().GetResult();
            Assert.Equal([.. Enumerable.Range(0, kept).Select(i => Payload(i, sizes[i])), Payload(99, 3)], frames);
        }, iter: 200, threads: 1);

    [Fact]
    public async Task Open_GarbageBehindTheLastFrame_IsCutAndCounted()
    {
        using (var store = Open())
        {
            await store.Open("a").AppendAsync(Payload(1, 5), durable: true);
        }

        await File.AppendAllBytesAsync(Segment("a", 1), new byte[123], Token);
        using var again = Open();
        var log = (SegmentLog)again.Open("a");
        Assert.Equal(123, log.TornBytes);
        Assert.Equal([Payload(1, 5)], await FramesAsync(log, LogPosition.Start));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_DamageBeforeALaterFrame_IsDataLossOnlyIfItWasDurable(bool durable)
    {
        long second;
        using (var store = Open())
        {
            var log = store.Open("a");
            await log.AppendAsync(Payload(0, 50), durable);
            second = log.End.Offset;
            await log.AppendAsync(Payload(1, 50), durable);
            await log.AppendAsync(Payload(2, 50), durable: false);
        }

        Damage(Segment("a", 1), second + Header + 10);
        using var again = Open();
        if (durable)
        {
            var error = Assert.Throws<DataLossException>(() => again.Open("a"));
            Assert.Contains($"{Segment("a", 1)} is damaged at byte {second}", error.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal([Payload(0, 50)], await FramesAsync(again.Open("a"), LogPosition.Start));
        }
    }

    [Fact]
    public async Task ReadAsync_DamageInAnEarlierSegment_NamesFileAndOffset()
    {
        using (var store = Open(4096))
        {
            for (var i = 0; i < 30; i++)
            {
                await store.Open("a").AppendAsync(Payload(i, 1000), durable: false);
            }
        }

        Damage(Segment("a", 2), Header + 5);
        using var again = Open(4096);
        var log = again.Open("a");
        var error = await Assert.ThrowsAsync<DataLossException>(() => FramesAsync(log, LogPosition.Start));
        Assert.Contains($"{Segment("a", 2)} holds no whole frame at byte 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_LargeFrames_AreKeptAndTooLargeRefused()
    {
        using var store = Open(4096);
        var log = store.Open("a");
        var big = Payload(7, FrameFormat.MaxPayloadBytes);
        await log.AppendAsync(big, durable: true);
        await log.AppendAsync(Payload(8, 1), durable: true);
        var frames = await FramesAsync(log, LogPosition.Start);
        Assert.True(big.AsSpan().SequenceEqual(frames[0]));
        Assert.Equal(Payload(8, 1), frames[1]);
        await Assert.ThrowsAsync<InvalidInputException>(async () => await log.AppendAsync(new byte[FrameFormat.MaxPayloadBytes + 1], durable: false));
    }

    [Fact]
    public async Task Dispose_NonDurableFrames_AreKeptAndLaterAppendsRefused()
    {
        var store = Open();
        var log = store.Open("a");
        Assert.Same(log, store.Open("a"));
        await log.AppendAsync(Payload(1, 1), durable: false);
        store.Dispose();
        await Assert.ThrowsAsync<UnavailableException>(async () => await log.AppendAsync(Payload(2, 1), durable: true));
        Assert.Throws<UnavailableException>(() => store.Open("b"));
        using var again = Open();
        Assert.Equal([Payload(1, 1)], await FramesAsync(again.Open("a"), LogPosition.Start));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    public void Open_WrongName_IsInvalid(string name)
    {
        using var store = Open();
        Assert.Throws<InvalidInputException>(() => store.Open(name));
    }

    private static byte[] Payload(int seed, int length)
    {
        var bytes = new byte[length + 4];
        new Random(seed).NextBytes(bytes);
        return length >= FrameFormat.MaxPayloadBytes ? bytes[..length] : bytes;
    }

    private static void Damage(string path, long offset)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }

    private static async Task AssertFramesAsync(IAppendLog log, LogPosition from, IEnumerable<int> expected) =>
        Assert.Equal(expected.Select(i => Payload(i, i % 100)), await FramesAsync(log, from));

    private static async Task<List<byte[]>> FramesAsync(IAppendLog log, LogPosition from)
    {
        var frames = new List<byte[]>();
        await foreach (var frame in log.ReadAsync(from))
        {
            frames.Add(frame.Payload.ToArray());
        }

        return frames;
    }
}
