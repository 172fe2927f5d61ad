using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Training;
using TorchSharp;
using Functional = TorchSharp.torch.nn.functional;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class GradientTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.3f)]
    public void ComputeGradient_SomeRows_EqualsAutogradOverTheWholeNetwork(float dropout)
    {
        var plan = SyntheticRows.Plan() with { Network = SyntheticRows.Spec(dropout) };
        var (rows, labels) = SyntheticRows.Draw(200, seed: 2);
        var rowWeights = labels.Select((_, i) => 0.5f + i % 3).ToArray();
        var weights = WeightInitializer.Create(plan.Network, 4);
        int[] dealt = [.. Enumerable.Range(0, 50).Select(i => i * 3)];
        TorchNative.EnsureLoadable();
        using var network = new ShardNetwork(plan, new TrainingSet(rows, labels, rowWeights), weights);
        network.ComputeGradient([1, 2, 3], 0, 0);
        network.ComputeGradient(dealt, 5, 2);
        var expected = Autograd(plan, weights, rows, labels, rowWeights, dealt, step: 5, virtualShard: 2);
        var actual = network.Gradient.ToArray();
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4f);
        Assert.True(expected[..^2].Count(value => value != 0f) > expected.Length / 2);
    }

    [Fact]
    public void Step_ManySteps_EqualsTorchsAdamW()
    {
        var plan = SyntheticRows.Plan() with { WeightDecay = 0.1f, LearningRate = 0.01f };
        var random = new Random(1);
        var weights = Enumerable.Range(0, 37).Select(_ => (float)random.NextDouble()).ToArray();
        var adam = new AdamState(plan, weights.Length);
        TorchNative.EnsureLoadable();
        using var scope = torch.NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(torch.tensor(weights));
        var optimizer = torch.optim.AdamW([parameter], lr: 0.01, weight_decay: 0.1);
        for (var step = 1; step <= 50; step++)
        {
            var gradient = weights.Select(_ => (float)(random.NextDouble() - 0.3) * step).ToArray();
            adam.Step(step, weights, [.. gradient.Select(value => value * 4)], 0.25f);
            parameter.grad = torch.tensor(gradient);
            optimizer.step();
        }

        var expected = parameter.data<float>().ToArray();
        for (var i = 0; i < weights.Length; i++)
            Assert.Equal(expected[i], weights[i], 2e-5f);
    }

    [Fact]
    public async Task Run_ManySteps_LeavesNoTensorsAndHoldsAConstantNumber()
    {
        using var gang = await new TrainingExecutor(1).ReserveAsync(1, TestContext.Current.CancellationToken);
        var live = new List<long>();
        await gang.Run(() =>
        {
            var plan = SyntheticRows.Plan(maxSteps: 400) with { ProgressEverySteps = 40, EvaluationRows = 100 };
            var data = SyntheticRows.Set(1000);
            using var exchange = new SharedMemoryExchange(1, ShardWorker.ExchangeLength(plan.Network));
            var callbacks = new TrainingCallbacks { Progress = _ => live.Add(Live()) };
            live.Add(Live());
            new ShardWorker(plan, data, 0, exchange, callbacks: callbacks).Run();
            live.Add(Live());
        });
        Assert.Equal(12, live.Count);
        Assert.Equal(live[0], live[^1]);
        Assert.True(live[1] > live[0]);
        Assert.All(live[2..^1], count => Assert.Equal(live[1], count));

        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
    }

    private static float[] Autograd(
        TrainingPlan plan, ModelWeights weights, EncodedRows rows, float[] labels, float[] rowWeights, int[] dealt, long step, int virtualShard)
    {
        var spec = plan.Network;
        using var scope = torch.NewDisposeScope();
        var parameters = weights.Tensors.ToDictionary(
            tensor => tensor.Name,
            tensor => torch.tensor(weights[tensor.Name].ToArray(), [.. tensor.Shape.Select(size => (long)size)]).requires_grad_());
        var picked = torch.tensor(dealt.Select(row => (long)row).ToArray());
        var numeric = torch.tensor(rows.Numeric, rows.Rows, 3).index_select(0, picked);
        var parts = new List<torch.Tensor>
        {
            (numeric - torch.tensor(spec.Numeric.Select(input => input.Mean).ToArray()))
                / torch.tensor(spec.Numeric.Select(input => input.Scale).ToArray()),
        };
        var categories = torch.tensor(rows.CategoriesAsInt64(), rows.Rows, 2).index_select(0, picked);
        for (var i = 0; i < 2; i++)
            parts.Add(parameters[$"embeddings.{i}.weight"].index_select(0, categories.select(1, i)));
        var current = torch.cat([.. parts], 1);
        for (var i = 0; i < 3; i++)
        {
            current = Functional.linear(current, parameters[$"layers.{i}.weight"], parameters[$"layers.{i}.bias"]);
            if (i == 2)
                break;
            var mask = new float[dealt.Length * spec.Hidden[i]];
            Array.Fill(mask, 1f);
            if (spec.Dropout > 0f)
                DropoutMask.Fill(mask, spec.Dropout, plan.Seed, step, virtualShard, i);
            current = current.relu() * torch.tensor(mask, dealt.Length, spec.Hidden[i]);
        }

        var probability = current.sigmoid().squeeze(1);
        var label = torch.tensor(dealt.Select(row => labels[row]).ToArray());
        var weight = torch.tensor(dealt.Select(row => rowWeights[row]).ToArray());
        var loss = -(weight * (label * probability.log() + (1 - label) * (1 - probability).log())).sum();
        loss.backward();
        return
        [
            .. weights.Tensors.SelectMany(tensor => parameters[tensor.Name].grad!.data<float>().ToArray()),
            loss.item<float>(),
            weight.sum().item<float>(),
        ];
    }
}
