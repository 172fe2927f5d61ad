using Orleans.Concurrency;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The recorder of one silo, on that silo. Key: <see cref="SiloKey"/>.</summary>
[Alias("mlops.serving.recorder-grain")]
internal interface IRecorderGrain : IGrainWithStringKey
{
    /// <summary>
    /// From now on the silo records nothing of earlier attempts at a named request, and seals what it has recorded for the endpoint so far;
    /// returns when it is in the log, or could not be brought there.
    /// </summary>
    [AlwaysInterleave]
    [Alias("claim")]
    Task Claim(string endpoint, Guid operation, CancellationToken cancellationToken = default);
}
