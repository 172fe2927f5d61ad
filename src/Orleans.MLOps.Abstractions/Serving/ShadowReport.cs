namespace Orleans.MLOps.Serving;

/// <summary>What a shadow version has computed in one silo since it was deployed there.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.shadow-report")]
public sealed record ShadowReport
{
    /// <summary>The shadow's version.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>Requests whose outputs were compared.</summary>
    [Id(1)]
    public long Compared { get; init; }

    /// <summary>Of those the ones that differ beyond the tolerance.</summary>
    [Id(2)]
    public long Differing { get; init; }

    /// <summary>Largest absolute difference of a number; infinite where shapes or texts differ.</summary>
    [Id(3)]
    public double LargestDifference { get; init; }

    /// <summary>Requests that the shadow could not compute.</summary>
    [Id(4)]
    public long Failed { get; init; }

    /// <summary>Requests that it did not get because too many waited for it.</summary>
    [Id(5)]
    public long Dropped { get; init; }
}
