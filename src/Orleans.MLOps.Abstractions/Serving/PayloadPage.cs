namespace Orleans.MLOps.Serving;

/// <summary>The newest payloads of an endpoint.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.payload-page")]
public sealed record PayloadPage
{
    /// <summary>The payloads of all silos, newest first; fewer than asked for where they would have more than 3 MiB together.</summary>
    [Id(0)]
    public LoggedPayload[] Payloads { get; init; } = [];
}
