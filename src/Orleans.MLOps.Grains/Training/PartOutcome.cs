namespace Orleans.MLOps.Grains.Training;

/// <summary>How a part of a generation ended, and what the job has of it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.part-outcome")]
internal sealed record PartOutcome
{
    [Id(0)]
    public PartEnd End { get; init; }

    [Id(1)]
    public string? Reason { get; init; }

    /// <summary>The job's outcome, from the first part when it completed.</summary>
    [Id(2)]
    public JobOutcome? Job { get; init; }

    /// <summary>
    /// The outcome that explains the others: a part that fails breaks the exchange of all, and those only report that it broke. All
    /// completed gives the first part's.
    /// </summary>
    public static PartOutcome Explain(IReadOnlyList<PartOutcome> parts) => parts.MinBy(part => part.End)!;
}
