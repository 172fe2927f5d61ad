namespace Orleans.MLOps.Experiments;

/// <summary>Creates a logged model: files and facts that a run made, before anybody registers them.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.create-logged-model")]
public sealed record CreateLoggedModel
{
    /// <summary>The experiment.</summary>
    [Id(0)]
    public long ExperimentId { get; init; }

    /// <summary><c>m-</c> and 32 lower-case hex digits chosen by the caller, which makes the call idempotent; made by the platform if absent.</summary>
    [Id(1)]
    public string? ModelId { get; init; }

    /// <summary>Its name; made up if absent.</summary>
    [Id(2)]
    public string? Name { get; init; }

    /// <summary>Its type, such as <c>onnx</c>.</summary>
    [Id(3)]
    public string? ModelType { get; init; }

    /// <summary>The run that made it.</summary>
    [Id(4)]
    public string? SourceRunId { get; init; }

    /// <summary>Params.</summary>
    [Id(5)]
    public Dictionary<string, string> Params { get; init; } = [];

    /// <summary>Tags.</summary>
    [Id(6)]
    public Dictionary<string, string> Tags { get; init; } = [];
}
