using Orleans.MLOps.Benchmarks.Cases;
using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Reporting;

/// <summary>Everything that one run measured.</summary>
internal sealed record BenchmarkResults
{
    public required List<Measurement> Ladder { get; init; }

    /// <summary>The ladder again, with a training job of two shards beside it.</summary>
    public required List<Measurement> BesideTraining { get; init; }

    public required List<Monitored> Monitored { get; init; }

    public required List<Measurement> Metrics { get; init; }

    public required List<Measurement> Detectors { get; init; }

    public required List<TrainingThroughput.Result> Training { get; init; }

    /// <summary>Samples a second that the background job reported while it was served beside.</summary>
    public required double TrainingBesideServing { get; init; }

    public required double TotalSeconds { get; init; }
}
