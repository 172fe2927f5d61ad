using System.Buffers.Binary;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class ParityCheckTests
{
    private static readonly TabularNetworkSpec Spec = SyntheticRows.Spec();
    private static readonly EncodedRows Holdout = SyntheticRows.Draw(1500, seed: 77).Rows;

    [Fact]
    public async Task Run_TrainedNetwork_PassesOnHoldoutRandomAndExtremeRows()
    {
        var trained = await ShardedTraining.Run(
            SyntheticRows.Plan(2, epochs: 20), SyntheticRows.Set(1000), new TrainingExecutor(2), cancellation: TestContext.Current.CancellationToken);
        var report = ParityCheck.Run(Spec, trained.Weights, OnnxExporter.Export(Spec, trained.Weights), Holdout);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(2500, report.Rows);
        Assert.Null(report.FirstFailingRow);
        Assert.InRange(report.MaxAbsoluteDifference, 0.0, 2e-6);
    }

    [Theory]
    [InlineData("layers.0.weight")]
    [InlineData("layers.2.bias")]
    [InlineData("embeddings.1.weight")]
    public void Run_FlippedWeightByte_Fails(string tensor)
    {
        var weights = WeightInitializer.Create(Spec, 3);
        var onnx = OnnxExporter.Export(Spec, weights);
        var position = Find(onnx, weights[tensor][^1]);
        onnx[position + 3] ^= 0x40;
        var report = ParityCheck.Run(Spec, weights, onnx, Holdout);
        Assert.False(report.Passed);
        Assert.True(report.MaxAbsoluteDifference > 1e-4);
        Assert.InRange(report.FirstFailingRow!.Value, 0, report.Rows - 1);
    }

    [Fact]
    public void Run_NotANumberInTheModel_Fails()
    {
        var weights = WeightInitializer.Create(Spec, 3);
        var broken = weights.Flat.ToArray();
        broken[^1] = float.NaN;
        var report = ParityCheck.Run(Spec, weights, OnnxExporter.Export(Spec, weights.WithValues(broken)), Holdout);
        Assert.Equal((false, 1.0, 0), (report.Passed, report.MaxAbsoluteDifference, report.FirstFailingRow));
        Assert.False(ParityCheck.Run(
            Spec, weights.WithValues(broken), OnnxExporter.Export(Spec, weights.WithValues(broken)), Holdout).Passed);
    }

    [Fact]
    public void Run_ModelOfOtherInputs_IsRefused()
    {
        var other = Spec with { Numeric = [Spec.Numeric[0]] };
        var onnx = OnnxExporter.Export(other, WeightInitializer.Create(other, 1));
        Assert.Throws<InvalidDataException>(() => ParityCheck.Run(Spec, WeightInitializer.Create(Spec, 1), onnx, Holdout));
    }

    [Fact]
    public void Export_WeightsOfAnotherNetwork_AreRefused()
    {
        var other = WeightInitializer.Create(SyntheticRows.Spec(hidden: [4]), 1);
        var error = Assert.Throws<ArgumentException>(() => OnnxExporter.Export(Spec, other));
        Assert.Contains("layers.0.weight [4, 8]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_NetworksOfAnyDepth_Pass(int layers)
    {
        var spec = SyntheticRows.Spec(hidden: [.. Enumerable.Repeat(12, layers)]);
        var weights = WeightInitializer.Create(spec, 9);
        Assert.True(ParityCheck.Run(spec, weights, OnnxExporter.Export(spec, weights), new EncodedRows(0, [], [])).Passed);
    }

    private static int Find(byte[] file, float value)
    {
        var pattern = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(pattern, value);
        var position = file.AsSpan().IndexOf(pattern);
        Assert.True(position > 0);
        return position;
    }
}
