using Orleans.Concurrency;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The recorder of one silo, on that silo. Key: <see cref="SiloKey"/>.</summary>
[Alias("mlops.serving.recorder-grain")]
internal interface IRecorderGrain : IGrainWithStringKey
{
    /// <summary>Seals what the silo has recorded for an endpoint so far; returns when it is in the log, or could not be brought there.</summary>
    [AlwaysInterleave]
    [Alias("seal")]
    Task Seal(string endpoint, CancellationToken cancellationToken = default);
}
