using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class OnlineWindowServingTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private static readonly TabularNetworkSpec Network = new()
    {
        Numeric = [new NumericInput { Name = "rate", Mean = 0.5f, Scale = 1 }, new NumericInput { Name = "x", Mean = 0, Scale = 1 }],
        Categorical = [new CategoricalInput { Name = "c", Vocabulary = ["a", "b"], EmbeddingSize = 2 }],
        Hidden = [4],
    };

    /// <summary>A window holds what became available in the closed hour before a prediction: observations and first labels, those of the same message included.</summary>
    [Fact]
    public async Task Serve_LabelsAndObservations_WindowsHoldWhatWasKnown()
    {
        var name = ReplayPlatform.NewName();
        await DeployAsync(name);
        await using var session = await platform.Client.Serving.OpenSessionAsync();
        var known = new List<(string Key, double Value, DateTimeOffset At)>();
        var waiting = new List<(string Id, string Key, DateTimeOffset Asked)>();
        var random = new Random(11);
        var begin = platform.Clock.GetUtcNow();
        for (var step = 0; step < 20; step++)
        {
            var from = begin.AddMinutes(20 * step);
            var due = waiting.FindAll(answer => answer.Asked.AddMinutes(35) < from.AddMinutes(20));
            waiting.RemoveAll(due.Contains);
            double[] values = [.. due.Select(_ => (double)random.Next(2))];
            string[] keys = [.. Enumerable.Range(0, 6).Select(_ => random.Next(3) switch { 0 => "a", 1 => "b", _ => "" })];
            DateTimeOffset[] times = [.. keys.Select((_, i) => from.AddMinutes(3 * i))];
            var observed = (Key: "a", Value: (double)random.Next(2), At: from.AddMinutes(7));

            var reply = await session.ServeAsync(new ServeRequest
            {
                Predict = ServingSamples.Request(name, [.. keys.Select(_ => 1.0)], keys, times) with { ReturnFeatures = true },
                Labels = due.Count == 0 ? null : new LabelBatch
                {
                    Endpoint = name,
                    PredictionIds = [.. due.Select(answer => answer.Id)],
                    Values = values,
                    ObservedAt = [.. due.Select(answer => answer.Asked.AddMinutes(35))],
                },
                Observations = new ObservationBatch { Keys = [observed.Key], Values = [observed.Value], ObservedAt = [observed.At] },
            });

            known.AddRange(due.Select((answer, i) => (answer.Key, values[i], answer.Asked.AddMinutes(35))));
            known.Add(observed);
            var served = Assert.Single(reply.Predictions.Features, column => column.Name == "rate").Numbers!;
            for (var row = 0; row < keys.Length; row++)
            {
                var inside = known.FindAll(value => value.Key == keys[row] && keys[row] != "" && value.At <= times[row] && value.At >= times[row].AddHours(-1));
                Assert.Equal(inside.Count == 0 ? double.NaN : inside.Average(value => value.Value), served[row], 1e-12);
            }

            waiting.AddRange(keys.Select((key, i) => (reply.Predictions.PredictionIds[i], key, times[i])));
            platform.Clock.AdvanceTo(from.AddMinutes(20));
        }

        Assert.True(known.Count > 60);
    }

    [Fact]
    public async Task Serve_NumberedObservationsSentAgain_CountOnce()
    {
        var name = ReplayPlatform.NewName();
        await DeployAsync(name);
        await using var session = await platform.Client.Serving.OpenSessionAsync();
        var now = platform.Clock.GetUtcNow();

        Assert.Equal(1, await RateAsync(1, 1));
        Assert.Equal(1, await RateAsync(1, 0));
        Assert.Equal(0.5, await RateAsync(2, 0));

        async Task<double> RateAsync(long number, double value)
        {
            var reply = await session.ServeAsync(new ServeRequest
            {
                Predict = ServingSamples.Request(name, [1.0], ["a"], [now]) with { ReturnFeatures = true },
                Observations = new ObservationBatch { Keys = ["a"], Values = [value], ObservedAt = [now], Source = "this test", Number = number },
            });
            return Assert.Single(reply.Predictions.Features, column => column.Name == "rate").Numbers![0];
        }
    }

    [Fact]
    public async Task Label_BeforeTheSeal_ReachesTheWindowsOnceItsPredictionIsSealed()
    {
        var name = ReplayPlatform.NewName();
        await DeployAsync(name);
        await using var session = await platform.Client.Serving.OpenSessionAsync();
        var asked = platform.Clock.GetUtcNow();
        var first = PredictionId.Parse((await AskAsync("a")).Id);
        var coming = (first with { Sequence = first.Sequence + 1 }).ToString();

        var early = await platform.LabelAsync(name, (coming, 1));
        Assert.Equal((1, double.NaN), (early.Accepted, (await AskAsync("b")).Rate));
        await platform.ReportAsync(name);

        Assert.Equal(1, (await AskAsync("b")).Rate);

        async Task<(string Id, double Rate)> AskAsync(string key)
        {
            var reply = await session.ServeAsync(new ServeRequest { Predict = ServingSamples.Request(name, [1.0], [key], [asked]) with { ReturnFeatures = true } });
            return (reply.Predictions.PredictionIds[0], Assert.Single(reply.Predictions.Features, column => column.Name == "rate").Numbers![0]);
        }
    }

    private async Task DeployAsync(string name)
    {
        var at = platform.Clock.GetUtcNow();
        var dataset = await platform.Silo.MakeAsync(name, $"id,asked,late,known,x,c\n1,{at:yyyy-MM-dd HH:mm:ss},0,{at:yyyy-MM-dd HH:mm:ss},1.5,a\n");
        await platform.Client.Features.ApplyAsync(
            ServingSamples.View with { Name = name, Sql = "SELECT id, asked, late::DOUBLE AS late, known, x, c FROM source", Numeric = ["x"], Categorical = ["c"] }, dataset.Name, dataset.Digest);
        await platform.RegisterAsync(name, 1, network: Network);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { FeatureView = name });
    }
}
