namespace Orleans.MLOps.Grains.Features;

/// <summary>Applies one request to windows in the order of its times; at equal times observations come first.</summary>
internal static class OnlineMerge
{
    public const int LargestRequest = 1_000_000;
    public const int LongestKey = 256;

    /// <exception cref="InvalidInputException">The request contradicts itself; the message names the array and the position.</exception>
    public static void Check(OnlineRequest request, long latest)
    {
        SameLength(request.ObservationKeys.Length, request.ObservationValues.Length, "observation_values");
        SameLength(request.ObservationKeys.Length, request.ObservedAt.Length, "observed_at");
        SameLength(request.QueryKeys.Length, request.QueryAt.Length, "query_at");
        Require((long)request.QueryKeys.Length + request.ObservationKeys.Length <= LargestRequest, $"{request.QueryKeys.Length} queries and {request.ObservationKeys.Length} observations are too many; {LargestRequest} are allowed in one request.", "query_keys");
        for (var i = 0; i < request.ObservationKeys.Length; i++)
        {
            Require(double.IsFinite(request.ObservationValues[i]), $"observation {i} of '{request.ObservationKeys[i]}' is {request.ObservationValues[i]}; finite numbers are allowed.", "observation_values");
            Require(request.ObservationKeys[i].Length <= LongestKey, $"the key of observation {i} has {request.ObservationKeys[i].Length} characters; {LongestKey} are allowed.", "observation_keys");

            // One instant far in the future would push everything else out of every window.
            Require(request.ObservedAt[i] <= latest, $"observation {i} of '{request.ObservationKeys[i]}' is said to be available at {Text(request.ObservedAt[i])}, more than a day after now.", "observed_at");
        }
    }

    /// <summary>Evaluates all windows for every query into rows of <see cref="OnlineWindows.Count"/> values.</summary>
    /// <returns>Observations that were ignored.</returns>
    public static int Apply(OnlineWindows windows, OnlineRequest request, Span<double> values)
    {
        var observed = Order(request.ObservedAt);
        var asked = Order(request.QueryAt);
        var (next, ignored) = (0, 0);
        foreach (var query in asked)
        {
            for (; next < observed.Length && request.ObservedAt[observed[next]] <= request.QueryAt[query]; next++)
            {
                ignored += Observe(observed[next]);
            }

            windows.Evaluate(request.QueryKeys[query], request.QueryAt[query], values.Slice(query * windows.Count, windows.Count));
        }

        for (; next < observed.Length; next++)
        {
            ignored += Observe(observed[next]);
        }

        return ignored;

        int Observe(int i) => windows.Observe(request.ObservationKeys[i], request.ObservationValues[i], request.ObservedAt[i]) ? 0 : 1;
    }

    private static int[] Order(long[] times)
    {
        var order = new int[times.Length];
        var sorted = true;
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            sorted &= i == 0 || times[i - 1] <= times[i];
        }

        return sorted ? order : [.. order.OrderBy(i => times[i])];
    }

    private static string Text(long microseconds) =>
        microseconds < DateTimeOffset.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond - (DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond)
            ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("O")
            : $"{microseconds} microseconds";

    private static void SameLength(int expected, int length, string field) =>
        Require(expected == length, $"{field} has {length} entries where its keys are {expected}.", field);

    private static void Require(bool holds, string problem, string field)
    {
        if (!holds)
        {
            throw new InvalidInputException(problem, field);
        }
    }
}
