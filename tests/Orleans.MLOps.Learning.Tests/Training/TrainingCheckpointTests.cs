using System.Buffers.Binary;
using CsCheck;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class TrainingCheckpointTests
{
    private static readonly ModelWeights Weights = WeightInitializer.Create(SyntheticRows.Spec(), 1);

    private static readonly TrainingCheckpoint Sample = new(
        123, "abc", Weights, WeightInitializer.Create(SyntheticRows.Spec(), 2), WeightInitializer.Create(SyntheticRows.Spec(), 3),
        new EvaluationState(0.5, 1.0 / 3.0, 4, WeightInitializer.Create(SyntheticRows.Spec(), 5)));

    [Fact]
    public void FromBytes_WrittenCheckpoint_GivesTheSameState()
    {
        var read = TrainingCheckpoint.FromBytes(Sample.ToBytes());
        Assert.Equal((123, "abc"), (read.Step, read.Trajectory));
        Assert.Equal(Sample.ToBytes(), read.ToBytes());
        Assert.Equal(Weights.Flat.ToArray(), read.Weights.Flat.ToArray());
        Assert.Equal((0.5, 1.0 / 3.0, 4), (read.Evaluation!.LastLoss, read.Evaluation.BestLoss, read.Evaluation.BestEpoch));
    }

    [Fact]
    public void FromBytes_OtherSafetensorsFile_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => TrainingCheckpoint.FromBytes(SafeTensorsFile.Write(Weights)));
        Assert.Contains("no training checkpoint", error.Message, StringComparison.Ordinal);
        var withoutMoments = SafeTensorsFile.Write(Weights, new Dictionary<string, string> { ["step"] = "1", ["trajectory"] = "x" });
        Assert.Throws<InvalidDataException>(() => TrainingCheckpoint.FromBytes(withoutMoments));
    }

    [Fact]
    public void FromBytes_AnyHeaderByteChangedOrTheFileCut_ThrowsNothingButInvalidData()
    {
        var file = Sample.ToBytes();
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Gen.Select(Gen.Int[0, header - 1], Gen.Byte[1, 255], Gen.Bool).Sample((at, flip, cut) =>
        {
            var corrupt = cut ? file[..at] : [.. file];
            if (!cut)
                corrupt[at] ^= flip;
            try
            {
                TrainingCheckpoint.FromBytes(corrupt);
                return !cut;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }, iter: 2000);
    }
}
