using Orleans.MLOps.Features;

namespace Orleans.MLOps.Server.Demo;

/// <summary>What the demo knows of its data: when the months begin, when an answer is known, and the features as SQL.</summary>
internal static class FlightFacts
{
    public const string Dataset = "flights";
    public const string View = "lateness";

    /// <summary>From here on the answers are asked of the platform: 1 February 2001, US Central.</summary>
    public static readonly DateTimeOffset ReplayStart = new(2001, 2, 1, 6, 0, 0, TimeSpan.Zero);

    /// <summary>The variants are compared on the last days of January.</summary>
    public static readonly DateTimeOffset HoldoutStart = new(2001, 1, 25, 6, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset End = new(2001, 7, 1, 5, 0, 0, TimeSpan.Zero);

    public static readonly string[] Numeric = ["distance"];
    public static readonly string[] Categorical = ["hour", "weekday", "origin", "destination"];

    private static readonly DateTimeOffset DaylightSaving = new(2001, 4, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Minutes late beyond which a flight counts as late.</summary>
    private const int LateAfterMinutes = 15;

    public static bool IsLate(int delayMinutes) => delayMinutes > LateAfterMinutes;

    /// <summary>When the answer is known: 35 minutes and the flight at 7.5 miles a minute after departure (a stated model).</summary>
    public static DateTimeOffset AnswerKnownAt(DateTimeOffset departure, int distanceMiles) => departure.AddSeconds((35 * 60) + (distanceMiles * 8));

    /// <summary>US Central time in 2001; the clocks moved on 1 April.</summary>
    public static DateTimeOffset Local(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromHours(instant < DaylightSaving ? -6 : -5));

    public static FeatureViewDefinition Definition(string project) => new()
    {
        Project = project,
        Name = View,
        Sql = $"""
            WITH timed AS (
              SELECT *, date - CASE WHEN date < TIMESTAMP '{DaylightSaving:yyyy-MM-dd HH:mm:ss}' THEN INTERVAL 6 HOUR ELSE INTERVAL 5 HOUR END AS local
              FROM source
            )
            SELECT flight,
                   date AS event_time,
                   CASE WHEN delay > {LateAfterMinutes} THEN 1.0 ELSE 0.0 END AS late,
                   date + to_seconds(35 * 60 + distance * 8) AS known_at,
                   distance::DOUBLE AS distance,
                   hour(local)::VARCHAR AS hour,
                   dayname(local) AS weekday,
                   origin,
                   destination
            FROM timed
            """,
        RowId = "flight",
        EventTime = "event_time",
        Label = "late",
        LabelAvailableAt = "known_at",
        Numeric = Numeric,
        Categorical = Categorical,
        Windows =
        [
            new WindowFeature { Name = "late_rate_1h", Aggregate = WindowAggregate.Mean, Column = "late", Key = "origin", Length = TimeSpan.FromHours(1) },
            new WindowFeature { Name = "late_rate_24h", Aggregate = WindowAggregate.Mean, Column = "late", Key = "origin", Length = TimeSpan.FromHours(24) },
            new WindowFeature { Name = "landed_1h", Aggregate = WindowAggregate.Count, Column = "late", Key = "origin", Length = TimeSpan.FromHours(1) },
        ],
    };
}
