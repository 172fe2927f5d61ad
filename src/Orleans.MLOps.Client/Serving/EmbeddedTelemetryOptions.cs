using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>How an <see cref="EmbeddedTelemetry"/> reports.</summary>
public sealed record EmbeddedTelemetryOptions
{
    /// <summary>The endpoint's project.</summary>
    public string Project { get; init; } = "default";

    /// <summary>The model's version on the platform that is reported to. Default: the one that the package names, which may differ where it was imported.</summary>
    public int? ModelVersion { get; init; }

    /// <summary>Predictions that may wait, 1 to 10,000,000; what finds no room is dropped and counted. Default: 100,000.</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>Predictions in one report, 1 to 65,536. Default: 1000.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>How long a prediction waits for others before it is reported, zero to one minute. Default: 1 s.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the process's exit may be held up for predictions that still wait, zero to one minute. Default: 5 s.</summary>
    public TimeSpan ExitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock, also that of event times and latencies. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Is told once when predictions begin to be dropped and with every report that is given up; runs on the reporter's thread, or once on that of a prediction, and what it throws is ignored. Default: writes a line to standard error.</summary>
    public Action<string> Warn { get; init; } = Console.Error.WriteLine;

    /// <summary>Is told of every report that the platform has taken, with the ids by which labels join; runs on the reporter's thread and should not take long. Default: nobody.</summary>
    public Action<ReportPredictions, ReportedPredictions>? Reported { get; init; }

    internal void Check()
    {
        var rules = new OptionRules(nameof(EmbeddedTelemetryOptions));
        rules.Between(nameof(Capacity), Capacity, 1, 10_000_000);
        rules.Between(nameof(BatchSize), BatchSize, 1, 65_536);
        rules.Between(nameof(MaximumDelay), MaximumDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        rules.Between(nameof(ExitTimeout), ExitTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        rules.Between(nameof(ModelVersion), ModelVersion ?? 1, 1, int.MaxValue);
    }
}
