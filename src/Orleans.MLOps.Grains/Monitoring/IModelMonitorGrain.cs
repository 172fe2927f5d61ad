using Orleans.Concurrency;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The monitor of one model version behind an endpoint. Key: <see cref="MonitorKey"/>.</summary>
[Alias("mlops.monitoring.model-monitor-grain")]
internal interface IModelMonitorGrain : IGrainWithStringKey
{
    /// <summary>Folds a batch's summary; one that was folded before is ignored.</summary>
    [Alias("fold-predictions")]
    Task FoldPredictions(BatchSummary summary);

    /// <summary>Folds a label frame; one that was folded before is ignored.</summary>
    [Alias("fold-labels")]
    Task FoldLabels(LabelFrame frame);

    /// <summary>Folds what stands in the logs beyond what was folded.</summary>
    [Alias("catch-up")]
    Task CatchUp();

    /// <summary>What is known of the version.</summary>
    [ReadOnly]
    [Alias("get-report")]
    Task<MonitorReport> GetReport();

    /// <summary>What became known of the predictions asked at or after a time, the begin of a pane.</summary>
    [ReadOnly]
    [Alias("get-outcomes")]
    Task<OutcomesSince> GetOutcomes(DateTimeOffset from);

    /// <summary>
    /// What is known of the version since a canary began, its own or one that it stands beside; the first call for a canary begins to count.
    /// </summary>
    /// <param name="steps">When the canary's steps began, the first with the canary.</param>
    /// <param name="isNew">The version had no traffic earlier in the hour in which the canary began.</param>
    [Alias("watch")]
    Task<CanaryEvidence> Watch(DateTimeOffset[] steps, bool isNew);

    /// <summary>The same as <see cref="GetReport"/>; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<MonitorReport> GetState();
}
