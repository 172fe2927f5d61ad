namespace Orleans.MLOps.Statistics.Drift;

/// <summary>Which changes of the mean <see cref="DailyBlockCusum"/> reports.</summary>
public enum CusumSide
{
    /// <summary>Rises only: with losses, only a model that gets worse.</summary>
    Upper = 0,

    /// <summary>Falls only.</summary>
    Lower = 1,

    /// <summary>Rises and falls.</summary>
    Both = 2,
}
