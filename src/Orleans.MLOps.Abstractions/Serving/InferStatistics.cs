namespace Orleans.MLOps.Serving;

/// <summary>What one silo has done with a version of an endpoint since it loaded it. Times are in nanoseconds, sums over requests.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.infer-statistics")]
public sealed record InferStatistics
{
    /// <summary>Rows that were answered.</summary>
    [Id(0)]
    public long Inferences { get; init; }

    /// <summary>Calls of the engine; rows by calls is the mean batch.</summary>
    [Id(1)]
    public long Executions { get; init; }

    /// <summary>Requests that were answered.</summary>
    [Id(2)]
    public long Succeeded { get; init; }

    /// <summary>Time of the requests that were answered.</summary>
    [Id(3)]
    public long SucceededNanoseconds { get; init; }

    /// <summary>Requests that the engine failed.</summary>
    [Id(4)]
    public long Failed { get; init; }

    /// <summary>Time of the requests that the engine failed.</summary>
    [Id(5)]
    public long FailedNanoseconds { get; init; }

    /// <summary>Requests that a full queue, a limit or a deadline refused.</summary>
    [Id(6)]
    public long Rejected { get; init; }

    /// <summary>Time in queues.</summary>
    [Id(7)]
    public long QueueNanoseconds { get; init; }

    /// <summary>Time in the engine.</summary>
    [Id(8)]
    public long InferNanoseconds { get; init; }

    /// <summary>Requests that wait now.</summary>
    [Id(9)]
    public int Pending { get; init; }

    /// <summary>When it answered last; absent if never.</summary>
    [Id(10)]
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Those of <see cref="Rejected"/> that a limit of the endpoint refused, counted for the version that would have answered.</summary>
    [Id(11)]
    public long Limited { get; init; }

    /// <summary>Requests whose callers left while they waited in the queue. No refusals, but a version that hangs has many.</summary>
    [Id(12)]
    public long Abandoned { get; init; }
}
