using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>Starts one retraining.</summary>
[GenerateSerializer, Immutable, Alias("mlops.pipelines.begin-retraining")]
internal sealed record BeginRetraining
{
    [Id(0)]
    public required ContinuousTrainingPolicy Policy { get; init; }

    [Id(1)]
    public required string AlertId { get; init; }

    /// <summary>The instant t it looks back from, event time.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    [Id(3)]
    public required int ChampionVersion { get; init; }
}
