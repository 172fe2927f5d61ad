namespace Orleans.MLOps.Serving;

/// <summary>Which versions of its model an endpoint serves by itself, as they are registered. The newest gets the traffic; the others answer those who ask for them. One
/// that cannot be loaded, or takes other inputs than the newest that can, is left out, is one of <see cref="EndpointInfo.Failures"/> and is tried again. Versions that stay keep their labels.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.version-policy")]
public sealed record VersionPolicy
{
    /// <summary>So many of the newest versions that may serve, 1 to 100. Default: 1. Not together with <see cref="All"/>.</summary>
    [Id(0)]
    public int Latest { get; init; } = 1;

    /// <summary>All versions that may serve, at most the newest 1000. Default: false.</summary>
    [Id(1)]
    public bool All { get; init; }

    /// <summary>These versions, at most 1000; neither <see cref="Latest"/> nor <see cref="All"/> then says more. Default: none.</summary>
    [Id(2)]
    public int[] Specific { get; init; } = [];
}
