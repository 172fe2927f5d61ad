namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>Which pending request starts a retraining, and when in event time it stands. Pure.</summary>
internal static class RequestDecisions
{
    /// <summary>The version that the request is about serves no more.</summary>
    public const string Stale = "stale";

    /// <summary>A retraining has looked back from the request's instant or later.</summary>
    public const string Covered = "covered";

    /// <summary>Requests about a version that no longer serves: it has been replaced meanwhile.</summary>
    public static IEnumerable<RetrainingRequest> StaleOnes(IEnumerable<RetrainingRequest> pending, int servingVersion) =>
        pending.Where(request => request.Alert.ModelVersion != servingVersion);

    /// <summary>
    /// The oldest request, and the instant the retraining looks back from: the alert's, or the end of the interval since the
    /// last retraining. Null while that instant has not come or nothing is pending.
    /// </summary>
    public static (RetrainingRequest Request, DateTimeOffset At)? Next(
        IEnumerable<RetrainingRequest> pending, int servingVersion, DateTimeOffset? lastRetraining, TimeSpan minimumInterval, DateTimeOffset now)
    {
        var request = pending.Where(request => request.Alert.ModelVersion == servingVersion).MinBy(request => request.Alert.At);
        if (request is null)
        {
            return null;
        }

        var at = lastRetraining + minimumInterval is { } earliest && earliest > request.Alert.At ? earliest : request.Alert.At;
        return at <= now ? (request, at) : null;
    }
}
