using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Server.Demo;

/// <summary>The scores of one stretch of the replay.</summary>
internal sealed record PeriodScores
{
    public required string Name { get; init; }

    public required BinaryQuality Platform { get; init; }

    public required BinaryQuality Frozen { get; init; }

    /// <summary>Log loss of the share of late flights known so far.</summary>
    public required double BaseRateLogLoss { get; init; }

    /// <summary>Log loss of the origin's late share of the last hour.</summary>
    public required double PreviousHourLogLoss { get; init; }

    /// <summary>Platform minus frozen, resampled by day; below 0 the platform is better.</summary>
    public required PairedBlockBootstrapResult Difference { get; init; }
}
