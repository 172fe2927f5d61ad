namespace Orleans.MLOps.Statistics.Quality;

/// <summary>Whether <see cref="PairedBlockBootstrap"/> could judge.</summary>
public enum PairedBlockBootstrapStatus
{
    /// <summary>Mean, bounds and interval are given.</summary>
    Judged = 0,

    /// <summary>There were too few blocks; only the mean is given.</summary>
    NotEnoughEvidence = 1,
}
