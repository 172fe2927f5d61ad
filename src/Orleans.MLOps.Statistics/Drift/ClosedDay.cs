namespace Orleans.MLOps.Statistics.Drift;

/// <summary>What <see cref="SeasonalLossTrigger"/> found when it closed an event day.</summary>
public sealed record ClosedDay
{
    /// <summary>The event day, UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Labelled predictions of the day that had come before it closed.</summary>
    public required long Count { get; init; }

    /// <summary>Their mean loss.</summary>
    public required double MeanLoss { get; init; }

    /// <summary>Their mean loss minus the loss expected at the same hours of the week.</summary>
    public required double MeanResidual { get; init; }

    /// <summary>The CUSUM after this day, in standard deviations; that of the day before when this one was skipped.</summary>
    public required double Statistic { get; init; }

    /// <summary>Whether the CUSUM exceeded its threshold with this day.</summary>
    public required bool Fired { get; init; }

    /// <summary>Whether the day had too few labels and was left out.</summary>
    public required bool Skipped { get; init; }
}
