namespace Orleans.MLOps.Experiments;

/// <summary>Records what a run used and made. Repeating it changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.log-inputs")]
public sealed record LogInputs
{
    /// <summary>Dataset versions used; name and digest identify them.</summary>
    [Id(0)]
    public RunDataset[] Datasets { get; init; } = [];

    /// <summary>Logged models used.</summary>
    [Id(1)]
    public RunModel[] InputModels { get; init; } = [];

    /// <summary>Logged models made.</summary>
    [Id(2)]
    public RunModel[] OutputModels { get; init; } = [];
}
