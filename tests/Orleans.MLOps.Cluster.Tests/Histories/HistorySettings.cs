using System.Globalization;

namespace Orleans.MLOps.Cluster.Tests.Histories;

/// <summary>How a run is told what to do; <c>tests/run.sh --soak</c> sets all of it.</summary>
internal sealed record HistorySettings(int Seed, TimeSpan Length, string? Output)
{
    /// <summary>Replays a run's draws: its faults and each client's operations.</summary>
    public const string SeedVariable = "MLOPS_HISTORY_SEED";

    /// <summary>How long clients and nemesis work. Default: 2.5.</summary>
    public const string MinutesVariable = "MLOPS_HISTORY_MINUTES";

    /// <summary>A file that what the run says is written to as it goes. Default: none.</summary>
    public const string OutputVariable = "MLOPS_HISTORY_OUTPUT";

    private const double DefaultMinutes = 2.5;

    public static HistorySettings Read() => new(
        Given(SeedVariable) is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Random.Shared.Next(),
        TimeSpan.FromMinutes(Given(MinutesVariable) is { } minutes ? double.Parse(minutes, CultureInfo.InvariantCulture) : DefaultMinutes),
        Given(OutputVariable));

    private static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
