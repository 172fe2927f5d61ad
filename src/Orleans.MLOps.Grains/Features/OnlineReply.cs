namespace Orleans.MLOps.Grains.Features;

/// <summary>The windows of each question, row-major in declared order; NaN for missing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.online-reply")]
internal sealed record OnlineReply
{
    [Id(0)]
    public required double[] Values { get; init; }
}
