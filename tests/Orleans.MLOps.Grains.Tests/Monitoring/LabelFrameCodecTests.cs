using CsCheck;
using Orleans.MLOps.Grains.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class LabelFrameCodecTests
{
    private static readonly Gen<LabelRow> Rows =
        from recorder in Gen.UInt
        from sequence in Gen.Long
        from row in Gen.Int
        from kind in Gen.Enum<LabelKind>()
        from value in Gen.Byte
        from observedAt in Gen.Long
        from version in Gen.Int
        from eventTime in Gen.Long
        from probability in Gen.Float
        select new LabelRow
        {
            Recorder = recorder,
            Sequence = sequence,
            Row = row,
            Kind = kind,
            Value = value,
            ObservedAt = observedAt,
            Version = version,
            EventTime = eventTime,
            Probability = probability,
        };

    private static readonly Gen<LabelFrame> Frames = Gen.Select(Gen.Long, Rows.Array[0, 20], (number, rows) => new LabelFrame { Number = number, Rows = rows });

    [Fact]
    public void Decode_OfEncode_IsTheSame() => Frames.Sample(frame =>
    {
        var decoded = LabelFrameCodec.Decode(LabelFrameCodec.Encode(frame));
        Assert.Equal(frame.Number, decoded.Number);
        Assert.Equal(frame.Rows, decoded.Rows);
    });

    [Fact]
    public void Decode_CutOrLengthened_IsDataLoss() => Frames.Sample(
        frame =>
        {
            var bytes = LabelFrameCodec.Encode(frame);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<DataLossException>(() => LabelFrameCodec.Decode(bytes.AsMemory(0, length)));
            }

            Assert.Throws<DataLossException>(() => LabelFrameCodec.Decode((byte[])[.. bytes, 0]));
        },
        iter: 20);

    [Fact]
    public void Decode_OtherFormatVersion_NamesBoth() =>
        Assert.Contains("9; 2 is known", Assert.Throws<DataLossException>(() => LabelFrameCodec.Decode((byte[])[9, 0])).Message, StringComparison.Ordinal);
}
