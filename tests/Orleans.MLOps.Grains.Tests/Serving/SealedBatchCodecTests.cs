using CsCheck;
using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class SealedBatchCodecTests
{
    private static readonly Gen<SealedBatch> Batches =
        from rows in Gen.Int[0, 20]
        from recorder in Gen.UInt
        from sequence in Gen.Long
        from times in Gen.Long.Array[rows]
        from versions in Gen.Int.Array[rows]
        from probabilities in Gen.Float.Array[rows]
        from latencies in Gen.Float.Array[rows]
        from numeric in Gen.Double.Array[rows].Array[0, 3]
        from categorical in Gen.String[Gen.Char, 0, 5].Array[rows].Array[0, 3]
        from keys in Gen.String[Gen.Char, 0, 3].Array[rows].Null()
        from operations in Gen.Guid.Array[0, rows]
        select new SealedBatch
        {
            Recorder = recorder,
            Sequence = sequence,
            Rows = rows,
            EventTimes = times,
            Versions = versions,
            Probabilities = probabilities,
            Latencies = latencies,
            NumericNames = [.. numeric.Select((_, i) => $"n{i}")],
            Numeric = numeric,
            CategoricalNames = [.. categorical.Select((_, i) => $"ç{i}")],
            Categorical = [.. categorical.Select(column => Array.ConvertAll(column, WellFormed))],
            WindowKeys = keys is null ? null : Array.ConvertAll(keys, WellFormed),
            Operations = [.. operations.Select((id, row) => new PredictionOperation(id, row, rows - row))],
        };

    [Fact]
    public void Decode_OfEncode_IsTheSame() => Batches.Sample(batch =>
    {
        var decoded = SealedBatchCodec.Decode(SealedBatchCodec.Encode(batch));
        Assert.Equal((batch.Recorder, batch.Sequence, batch.Rows), (decoded.Recorder, decoded.Sequence, decoded.Rows));
        Assert.Equal(batch.EventTimes, decoded.EventTimes);
        Assert.Equal(batch.Versions, decoded.Versions);
        Assert.Equal(batch.Probabilities, decoded.Probabilities);
        Assert.Equal(batch.Latencies, decoded.Latencies);
        Assert.Equal(batch.NumericNames, decoded.NumericNames);
        Assert.Equal(batch.Numeric, decoded.Numeric);
        Assert.Equal(batch.CategoricalNames, decoded.CategoricalNames);
        Assert.Equal(batch.Categorical, decoded.Categorical);
        Assert.Equal(batch.WindowKeys, decoded.WindowKeys);
        Assert.Equal(batch.Operations, decoded.Operations);
    });

    /// <summary>Batches of the first format end behind the window keys.</summary>
    [Fact]
    public void Decode_BatchWithoutOperations_IsTheSame() => Batches.Sample(batch =>
    {
        var withoutAny = new SealedBatch
        {
            Recorder = batch.Recorder,
            Sequence = batch.Sequence,
            Rows = batch.Rows,
            EventTimes = batch.EventTimes,
            Versions = batch.Versions,
            Probabilities = batch.Probabilities,
            Latencies = batch.Latencies,
            NumericNames = batch.NumericNames,
            Numeric = batch.Numeric,
            CategoricalNames = batch.CategoricalNames,
            Categorical = batch.Categorical,
            WindowKeys = batch.WindowKeys,
        };
        var bytes = SealedBatchCodec.Encode(withoutAny)[..^1];
        bytes[0] = 1;
        var decoded = SealedBatchCodec.Decode(bytes);
        Assert.Equal(batch.Probabilities, decoded.Probabilities);
        Assert.Empty(decoded.Operations);
    });

    [Fact]
    public void MostBytes_OfAnyBatch_IsNoLessThanItsRowsTake() => Batches.Sample(batch =>
    {
        var headers = 64 + batch.NumericNames.Concat(batch.CategoricalNames).Sum(name => 8 + (3 * name.Length));
        Assert.True(SealedBatchCodec.Encode(batch).Length <= SealedBatchCodec.MostBytes(batch.Rows, batch.Numeric.Length, batch.Categorical, batch.WindowKeys) + (batch.Operations.Length * PredictionOperation.Bytes) + headers);
    });

    [Fact]
    public void Decode_CutOrLengthened_IsDataLoss() => Batches.Sample(
        batch =>
        {
            var bytes = SealedBatchCodec.Encode(batch);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<DataLossException>(() => SealedBatchCodec.Decode(bytes.AsMemory(0, length)));
            }

            Assert.Throws<DataLossException>(() => SealedBatchCodec.Decode((byte[])[.. bytes, 0]));
        },
        iter: 20);

    [Fact]
    public void Decode_AnyByteChanged_IsReadOrDataLoss() => Gen.Select(Batches, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((batch, at, value) =>
    {
        var bytes = SealedBatchCodec.Encode(batch);
        bytes[at % bytes.Length] = value;
        try
        {
            SealedBatchCodec.Decode(bytes);
        }
        catch (DataLossException)
        {
        }
    });

    [Fact]
    public void Decode_OtherFormatVersion_NamesBoth()
    {
        var error = Assert.Throws<DataLossException>(() => SealedBatchCodec.Decode((byte[])[9]));
        Assert.Contains("9", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 and 2 are known", error.Message, StringComparison.Ordinal);
    }

    private static string WellFormed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
