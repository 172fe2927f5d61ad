namespace Orleans.MLOps.Serving;

/// <summary>What the payload log of an endpoint has done in one silo since the silo answers it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.payload-log-report")]
public sealed record PayloadLogReport
{
    /// <summary>Payloads that were written.</summary>
    [Id(0)]
    public long Logged { get; init; }

    /// <summary>Payloads that were chosen and are not in the log: no room, over 3 MiB, or the log could not be written.</summary>
    [Id(1)]
    public long Dropped { get; init; }

    /// <summary>Payloads that wait or are being written.</summary>
    [Id(2)]
    public int Waiting { get; init; }

    /// <summary>Their bytes.</summary>
    [Id(3)]
    public long WaitingBytes { get; init; }
}
