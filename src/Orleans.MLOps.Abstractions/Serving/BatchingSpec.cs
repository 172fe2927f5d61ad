namespace Orleans.MLOps.Serving;

/// <summary>How the requests of a version that wait at the same time become one call of the engine.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.batching-spec")]
public sealed record BatchingSpec
{
    /// <summary>Rows of one call of the engine; a single request may have more. 1 to 65,536, 1 for no batching. Default: 1024.</summary>
    [Id(0)]
    public int MaxRows { get; init; } = 1024;

    /// <summary>So long an idle model may wait for more rows; up to a second. Default: 0, a request waits only while the engine is busy.</summary>
    [Id(1)]
    public TimeSpan Delay { get; init; }

    /// <summary>Rows at which a batch that waits for <see cref="Delay"/> goes at once, ascending, none above <see cref="MaxRows"/>. Default: only MaxRows.</summary>
    [Id(2)]
    public int[] PreferredRows { get; init; } = [];

    /// <summary>Rows that may wait; more are refused with <see cref="ResourceExhaustedException"/>. 1 to 16,777,216. Default: 65,536.</summary>
    [Id(3)]
    public int QueueRows { get; init; } = 65_536;

    /// <summary>So long a request may wait before it is given up with <see cref="DeadlineExceededException"/>. Default: 0, as long as it allows itself.</summary>
    [Id(4)]
    public TimeSpan QueueTimeout { get; init; }

    /// <summary>Calls of the engine at the same time; 1 to 1024. Default: 0, the silo's processors.</summary>
    [Id(5)]
    public int Instances { get; init; }
}
