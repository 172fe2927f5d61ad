using System.Buffers.Binary;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Client.Experiments.TensorBoard;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class RecordTests
{
    private static readonly Gen<byte[][]> Records = Gen.Byte.Array[0, 40].Array[1, 5];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_OfAnyWrittenRecords_GivesTheSameData() => await Records.SampleAsync(async records =>
    {
        var reader = new RecordReader(new MemoryStream(await WriteAsync(records)));
        foreach (var record in records)
        {
            Assert.Equal(record, await NextAsync(reader));
        }

        Assert.Null(await reader.ReadAsync(Token));
    });

    [Fact]
    public async Task Read_AnyFlippedByte_NamesTheRecordThatHoldsIt() => await Gen.Select(Records, Gen.Int, Gen.Byte[1, 255]).SampleAsync(async (records, place, flip) =>
    {
        var file = await WriteAsync(records);
        var at = (int)((uint)place % (uint)file.Length);
        file[at] ^= flip;
        Assert.Contains($"byte {Start(records, at)} ", (await ReadWrongAsync(file)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Read_CutAnywhere_NamesTheRecordThatIsCut()
    {
        byte[][] records = [[1, 2, 3], [], [4, 5]];
        var file = await WriteAsync(records);
        for (var length = 0; length < file.Length; length++)
        {
            var start = Start(records, length);
            if (start == length)
            {
                continue;
            }

            var error = await ReadWrongAsync(file[..length]);
            Assert.Equal("content", error.Field);
            Assert.Contains($"byte {start} ", error.Message, StringComparison.Ordinal);
            Assert.Contains("cut short", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(RecordFrame.LongestData + 1UL)]
    [InlineData(1UL << 32)]
    [InlineData(ulong.MaxValue)]
    public async Task Read_LengthBeyondTheBound_IsRefusedThoughItsChecksumIsRight(ulong length)
    {
        var error = await ReadWrongAsync(Header(length));
        Assert.Contains($"claims {length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LengthThatWasMadeUp_TakesNoMemoryForIt()
    {
        var file = Header(RecordFrame.LongestData);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = new RecordReader(new MemoryStream(file)).ReadAsync(Token);
        Assert.True(reading.IsFaulted);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        await Assert.ThrowsAsync<InvalidInputException>(reading.AsTask);
    }

    [Fact]
    public async Task Read_RecordLargerThanAPiece_GivesAllOfIt()
    {
        var record = new byte[300_000];
        new Random(5).NextBytes(record);
        Assert.Equal(record, await NextAsync(new RecordReader(new Trickle(await WriteAsync([record, [7]])))));
    }

    private static byte[] Header(ulong length)
    {
        var header = new byte[RecordFrame.HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), MaskedCrc.Of(header.AsSpan(0, 8)));
        return header;
    }

    private static long Start(byte[][] records, int at)
    {
        var start = 0;
        foreach (var record in records)
        {
            var next = start + 12 + Wrap(record).CalculateSize() + 4;
            if (at < next)
            {
                return start;
            }

            start = next;
        }

        return start;
    }

    private static BytesValue Wrap(byte[] record) => new() { Value = ByteString.CopyFrom(record) };

    private static async Task<byte[]> WriteAsync(byte[][] records)
    {
        using var file = new MemoryStream();
        var writer = new RecordWriter(file);
        foreach (var record in records)
        {
            await writer.WriteAsync(Wrap(record), Token);
        }

        await writer.FlushAsync(Token);
        return file.ToArray();
    }

    private static async Task<byte[]?> NextAsync(RecordReader reader) =>
        await reader.ReadAsync(Token) is { } data ? BytesValue.Parser.ParseFrom(data.Span).Value.ToByteArray() : null;

    private static async Task<InvalidInputException> ReadWrongAsync(byte[] file)
    {
        var reader = new RecordReader(new MemoryStream(file));
        return await Assert.ThrowsAsync<InvalidInputException>(async () =>
        {
            while (await reader.ReadAsync(Token) is not null)
            {
            }
        });
    }
}
