namespace Orleans.MLOps.Serving;

/// <summary>
/// Which requests of an endpoint are kept with their answers. They wait in memory, each silo for itself, for a writer in the background; no request waits
/// for it, and what finds no room is dropped and counted. Nobody may rely on one payload: a crash loses those that wait, a power cut up to a second.
/// </summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.payload-log-spec")]
public sealed record PayloadLogSpec
{
    /// <summary>
    /// The share of the answered requests that is kept, 0 to 1. One with a request id (operation id for columns) is chosen by the id alone, so by every silo or
    /// none, and at a higher rate too. Default: 0, off.
    /// </summary>
    [Id(0)]
    public double SampleRate { get; init; }

    /// <summary>Requests that may wait for the writer; 1 to 1,000,000. Default: 1024.</summary>
    [Id(1)]
    public int Capacity { get; init; } = 1024;

    /// <summary>Bytes of the requests that wait or are being written; 1 to 1 GiB. Default: 16 MiB. All endpoints of a silo together may have 256 MiB.</summary>
    [Id(2)]
    public long MaxBytes { get; init; } = 16L << 20;

    /// <summary>Bytes that a silo keeps of the endpoint in the log, the newest; 16 MiB to 1 TiB. Default: 256 MiB.</summary>
    [Id(3)]
    public long KeptBytes { get; init; } = 256L << 20;
}
