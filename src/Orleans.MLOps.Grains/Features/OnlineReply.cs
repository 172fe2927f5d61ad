namespace Orleans.MLOps.Grains.Features;

/// <summary>The answer to an <see cref="OnlineRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.online-reply")]
internal sealed record OnlineReply
{
    /// <summary>The view's version that was evaluated.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>The windows' names in declared order.</summary>
    [Id(1)]
    public string[] Windows { get; init; } = [];

    /// <summary>One value per window per query, query by query; NaN is missing.</summary>
    [Id(2)]
    public double[] Values { get; init; } = [];

    /// <summary>Observations that count nowhere: without a key, or older than all windows.</summary>
    [Id(3)]
    public int Ignored { get; init; }
}
