namespace Orleans.MLOps.Statistics.Drift;

/// <summary>The outcome of <see cref="PopulationStability.Measure"/>.</summary>
public sealed record PopulationStabilityResult
{
    /// <summary>What could be said.</summary>
    public required PopulationStabilityStatus Status { get; init; }

    /// <summary>The index, at least 0; below 0.1 is usually read as stable, above 0.25 as changed. NaN when there is not enough data.</summary>
    public required double Value { get; init; }

    /// <summary>Share (0 to 1) of the current rows, missing ones left out, that differ from the reference's single value; 0 unless the reference is constant.</summary>
    public required double DepartedShare { get; init; }

    /// <summary>The bin that contributes most to the index, -1 without a value; its name is <see cref="Sketches.DistributionBins.Name"/>.</summary>
    public required int LargestBin { get; init; }

    /// <summary>Rows of the reference.</summary>
    public required long ReferenceRows { get; init; }

    /// <summary>Rows of the current data.</summary>
    public required long CurrentRows { get; init; }
}
