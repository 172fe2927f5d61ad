using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class LearningTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_SeparableRows_LossFallsAndBeatsTheBaseRateOnUnseenRows()
    {
        var reports = new List<TrainingProgress>();
        var plan = SyntheticRows.Plan(2, epochs: 30);
        var result = await ShardedTraining.Run(
            plan, SyntheticRows.Set(2000), new TrainingExecutor(4), callbacks: new TrainingCallbacks { Progress = reports.Add }, cancellation: Cancel);
        Assert.True(result.FinalLoss < 0.6 * reports[0].MeanLoss, $"{reports[0].MeanLoss} -> {result.FinalLoss}");
        var (rows, labels) = SyntheticRows.Draw(1000, seed: 42);
        using var network = new ReferenceForward(plan.Network, result.Weights);
        var loss = LogLoss(network.Predict(rows.Numeric, rows.CategoriesAsInt64(), rows.Rows), labels);
        var rate = labels.Average();
        Assert.True(loss < 0.6 * LogLoss([.. labels.Select(_ => rate)], labels), $"loss {loss}, base rate {rate}");
        Assert.Equal([.. Enumerable.Range(1, reports.Count).Select(i => Math.Min(50L * i, result.Steps))], reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.Equal(plan.TotalSteps(2000), report.TotalSteps));
    }

    [Fact]
    public async Task Run_WarmStart_ContinuesFromTheGivenWeights()
    {
        var executor = new TrainingExecutor(4);
        var data = SyntheticRows.Set(2000);
        var first = await ShardedTraining.Run(SyntheticRows.Plan(epochs: 20), data, executor, cancellation: Cancel);
        var losses = new List<double>();
        var watch = new TrainingCallbacks { Progress = progress => losses.Add(progress.MeanLoss) };
        var next = SyntheticRows.Plan(maxSteps: 10) with { ProgressEverySteps = 10, Seed = 3 };
        await ShardedTraining.Run(next, data, executor, TrainingStart.Warm(first.Weights), watch, cancellation: Cancel);
        await ShardedTraining.Run(next, data, executor, callbacks: watch, cancellation: Cancel);
        Assert.True(losses[0] < 0.75 * losses[1], $"warm {losses[0]}, fresh {losses[1]}");
    }

    [Fact]
    public async Task Run_RowWeights_CountAsRepeatedRows()
    {
        var executor = new TrainingExecutor(4);
        var (rows, labels) = SyntheticRows.Draw(64, seed: 5);
        var plan = SyntheticRows.Plan(maxSteps: 20) with { Network = SyntheticRows.Spec(dropout: 0f) };
        var plain = await ShardedTraining.Run(plan, new TrainingSet(rows, labels), executor, cancellation: Cancel);
        var doubled = await ShardedTraining.Run(
            plan, new TrainingSet(rows, labels, [.. labels.Select(_ => 2f)]), executor, cancellation: Cancel);
        Assert.Equal(plain.FinalLoss, doubled.FinalLoss, 1e-5);
        var onlyEvents = await ShardedTraining.Run(
            plan with { MaxSteps = 200 }, new TrainingSet(rows, labels, labels), executor, cancellation: Cancel);
        using var network = new ReferenceForward(plan.Network, onlyEvents.Weights);
        Assert.All(network.Predict(rows.Numeric, rows.CategoriesAsInt64(), rows.Rows), probability => Assert.True(probability > 0.9f));
    }

    [Fact]
    public async Task Run_EvaluationRowsWithPatience_StopsEarlyAndReturnsTheBestEpoch()
    {
        var executor = new TrainingExecutor(4);
        var (rows, labels) = SyntheticRows.Draw(300, seed: 6);
        var random = new Random(1);
        var noise = labels.Select(_ => (float)random.Next(2)).ToArray();
        var data = new TrainingSet(rows, noise);
        var plan = SyntheticRows.Plan(epochs: 200) with { EvaluationRows = 100, Patience = 3, BatchSize = 50, LearningRate = 0.02f };
        var results = new List<TrainingResult>();
        foreach (var shards in new[] { 1, 4 })
            results.Add(await ShardedTraining.Run(plan with { Shards = shards }, data, executor, cancellation: Cancel));
        Assert.True(results[0].StoppedEarly);
        Assert.Equal((results[0].BestEpoch!.Value + 1 + plan.Patience) * plan.StepsPerEpoch(300), results[0].Steps);
        Assert.Equal(SyntheticRows.Digest(results[0].Weights), SyntheticRows.Digest(results[1].Weights));
        using var network = new ReferenceForward(plan.Network, results[0].Weights);
        var probabilities = network.Predict(rows.Numeric, rows.CategoriesAsInt64(), 300);
        Assert.Equal(LogLoss(probabilities[200..], noise[200..]), results[0].EvaluationLoss!.Value, 1e-5);
    }

    [Fact]
    public async Task Run_ResumedWithEvaluation_StopsWhereTheUndisturbedRunStops()
    {
        var executor = new TrainingExecutor(4);
        var (rows, labels) = SyntheticRows.Draw(300, seed: 6);
        var data = new TrainingSet(rows, [.. labels.Select((_, i) => (float)(i * 7919 % 2))]);
        TrainingCheckpoint? saved = null;
        var keep = new TrainingCallbacks { Checkpoint = checkpoint => saved ??= checkpoint };
        var plan = SyntheticRows.Plan(epochs: 200) with
        {
            EvaluationRows = 100, Patience = 2, BatchSize = 50, LearningRate = 0.02f, CheckpointEverySteps = 6,
        };
        var whole = await ShardedTraining.Run(plan, data, executor, callbacks: keep, cancellation: Cancel);
        Assert.NotNull(saved!.Evaluation);
        var resumed = await ShardedTraining.Run(
            plan, data, executor, TrainingStart.Resume(TrainingCheckpoint.FromBytes(saved.ToBytes())), cancellation: Cancel);
        Assert.Equal((whole.Steps, whole.BestEpoch, whole.EvaluationLoss), (resumed.Steps, resumed.BestEpoch, resumed.EvaluationLoss));
        Assert.Equal(SyntheticRows.Digest(whole.Weights), SyntheticRows.Digest(resumed.Weights));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_OnlyOneKindOfInput_Learns(bool categorical)
    {
        var (rows, labels) = SyntheticRows.Draw(500, seed: 8);
        var spec = SyntheticRows.Spec();
        spec = categorical ? spec with { Numeric = [] } : spec with { Categorical = [] };
        var data = categorical ? new TrainingSet([], rows.Categories, labels) : new TrainingSet(rows.Numeric, [], labels);
        var result = await ShardedTraining.Run(
            SyntheticRows.Plan(epochs: 10) with { Network = spec }, data, new TrainingExecutor(4), cancellation: Cancel);
        Assert.True(result.FinalLoss < 0.693);
        var onnx = OnnxExporter.Export(spec, result.Weights);
        var some = new EncodedRows(500, categorical ? [] : rows.Numeric, categorical ? rows.Categories : []);
        Assert.True(ParityCheck.Run(spec, result.Weights, onnx, some).Passed);
    }

    private static double LogLoss(float[] probabilities, float[] labels) => labels
        .Select((label, i) => -Math.Log(label > 0.5f ? probabilities[i] : 1.0 - probabilities[i]))
        .Average();
}
