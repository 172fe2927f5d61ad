namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Names and figures that the monitors share.</summary>
internal static class MonitorDefaults
{
    /// <summary>The output's name among the distributions.</summary>
    public const string Output = "prediction";

    /// <summary>Rows that a report's drift figures need.</summary>
    public const int MinimumRows = 500;
}
