namespace Orleans.MLOps.Server.Demo;

/// <summary>One flight of the sample data.</summary>
internal readonly record struct Flight(DateTimeOffset Departure, int DelayMinutes, int DistanceMiles, string Origin, string Destination)
{
    public bool IsLate => FlightFacts.IsLate(DelayMinutes);

    public DateTimeOffset AnswerKnownAt => FlightFacts.AnswerKnownAt(Departure, DistanceMiles);
}
