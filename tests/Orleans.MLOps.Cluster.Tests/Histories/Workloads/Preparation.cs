using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Features;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>What several workloads need, made once.</summary>
internal sealed class Preparation(IMlopsClient client, CancellationToken cancellationToken)
{
    /// <summary>A model with <see cref="Versions"/> versions of different weights.</summary>
    public const string Model = "candidate";

    public const int Versions = 4;

    private Task<FeatureFrame>? _frame;
    private Task? _model;
    private Task<Questions>? _questions;

    public IMlopsClient Client { get; } = client;

    /// <summary>A frame to train with.</summary>
    public Task<FeatureFrame> FrameAsync() => _frame ??= SampleData.PrepareAsync(Client, cancellationToken);

    /// <summary>Returns when <see cref="Model"/> has its versions.</summary>
    public Task ModelAsync() => _model ??= TrainAsync();

    /// <summary>What every version of <see cref="Model"/> answers.</summary>
    public Task<Questions> QuestionsAsync() => _questions ??= AskAsync();

    private async Task<Questions> AskAsync()
    {
        await ModelAsync();
        return await Questions.PrepareAsync(Client, "histories-reference", cancellationToken);
    }

    private async Task TrainAsync()
    {
        var frame = await FrameAsync();
        for (var version = 1; version <= Versions; version++)
        {
            await SampleData.TrainAsync(Client, SampleData.Job(frame, Model, epochs: 1, seed: version), cancellationToken);
        }
    }
}
