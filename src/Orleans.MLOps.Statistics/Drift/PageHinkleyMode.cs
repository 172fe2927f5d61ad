namespace Orleans.MLOps.Statistics.Drift;

/// <summary>Which changes of the mean <see cref="PageHinkley"/> reports.</summary>
public enum PageHinkleyMode
{
    /// <summary>Rises and falls.</summary>
    Both = 0,

    /// <summary>Rises only.</summary>
    Up = 1,

    /// <summary>Falls only.</summary>
    Down = 2,
}
