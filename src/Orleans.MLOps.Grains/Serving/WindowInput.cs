using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The observations that reach a view's windows in one message, in the order in which they became available.</summary>
internal sealed record WindowInput(string[] Keys, double[] Values, long[] AvailableAt, string? Source, long Number)
{
    private const int LongestSource = 128;

    public static void Validate(ObservationBatch? batch, FeatureViewDefinition? view, DateTimeOffset now)
    {
        if (batch is null)
        {
            return;
        }

        RequireName(batch);
        if (batch.Keys.Length == 0)
        {
            return;
        }

        if (view is not { Windows.Length: > 0 })
        {
            throw new InvalidInputException("Observations are given, but the endpoint has no feature view with windows.", "observations");
        }

        if (batch.Values.Length != batch.Keys.Length || batch.ObservedAt.Length != batch.Keys.Length)
        {
            throw new InvalidInputException(
                $"{batch.Keys.Length} keys, {batch.Values.Length} values and {batch.ObservedAt.Length} times are given; there must be as many of each.", "observations");
        }

        for (var i = 0; i < batch.Keys.Length; i++)
        {
            if (!double.IsFinite(batch.Values[i]) || string.IsNullOrEmpty(batch.Keys[i]))
            {
                throw new InvalidInputException($"Observation {i} has the key '{batch.Keys[i]}' and the value {batch.Values[i]}; a key and a finite value are needed.", "observations");
            }

            EventTimes.RequireNotAhead(batch.ObservedAt[i], now, "observations");
            if (i > 0 && batch.ObservedAt[i] < batch.ObservedAt[i - 1])
            {
                throw new InvalidInputException($"Observation {i} is earlier than the one before it; times must not decrease.", "observations");
            }
        }
    }

    private static void RequireName(ObservationBatch batch)
    {
        if (batch.Source is null)
        {
            if (batch.Number != 0)
            {
                throw new InvalidInputException($"Observations have the number {batch.Number} and no source; give both or neither.", "number");
            }

            return;
        }

        if (batch.Source.Length is 0 or > LongestSource || batch.Keys.Length > ObservationCodec.LargestFrame)
        {
            throw new InvalidInputException(
                $"The source of {batch.Keys.Length} observations has {batch.Source.Length} characters; 1 to {LongestSource} are allowed, and {ObservationCodec.LargestFrame} observations in a numbered batch.", "observations");
        }

        if (batch.Number < 1)
        {
            throw new InvalidInputException($"Observations of source '{batch.Source}' have the number {batch.Number}; numbers count from 1.", "number");
        }
    }

    public static WindowInput Of(ObservationBatch? observations) => observations is null
        ? new([], [], [], null, 0)
        : new(
            observations.Keys,
            observations.Values,
            Array.ConvertAll(observations.ObservedAt, TableValue.ToMicroseconds),
            observations.Source is { } source ? TakenNumbers.Given + source : null,
            observations.Number);

    public OnlineRequest ToRequest(BoundRows bound, int? viewVersion, bool durable) => new()
    {
        ObservationKeys = Keys,
        ObservationValues = Values,
        ObservedAt = AvailableAt,
        QueryKeys = bound.WindowKeys ?? [],
        QueryAt = bound.EventTimes,
        Version = viewVersion,
        Durable = durable,
        Source = Source,
        Number = Number,
    };
}
