namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's milliseconds since 1970 as times.</summary>
internal static class MlflowTime
{
    private static readonly long Earliest = DateTimeOffset.MinValue.AddDays(1).ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <exception cref="InvalidInputException">The number is no time of the years 1 to 9999.</exception>
    public static DateTimeOffset Of(long milliseconds, string name) => milliseconds >= Earliest && milliseconds <= Latest
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : throw new InvalidInputException(
            $"Invalid value {milliseconds} for parameter '{name}' supplied: milliseconds since 1970 of the years 1 to 9999 are allowed.", name);

    public static DateTimeOffset? Of(long? milliseconds, string name) => milliseconds is { } given ? Of(given, name) : null;
}
