namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>What the parts of a run measured; null or none for a part that was not asked for.</summary>
internal sealed record ServingResults
{
    public IReadOnlyList<ServingRow> Rows { get; init; } = [];

    public IReadOnlyList<Batching> Batching { get; init; } = [];

    public LoadingBeside? Loading { get; init; }

    public IReadOnlyList<Telemetry> Telemetry { get; init; } = [];

    public Switching? Switching { get; init; }

    public LoadCycles? Cycles { get; init; }

    public ManyModels? Models { get; init; }

    /// <summary>Which programs made the load.</summary>
    public required string Generators { get; init; }

    public TimeSpan Took { get; init; }

    /// <summary>A case of the ladder; null when it was not run.</summary>
    public ServingRow? Find(string? name, int callers) => Rows.FirstOrDefault(row => row.Result.Name == name && row.Result.Callers == callers);
}
