using System.Diagnostics;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Spans of what is asked of endpoints, for OpenTelemetry: one for each request, and below it what it waited and what the engine took. Costs nothing
/// while nobody listens.
/// </summary>
internal static class ServingTraces
{
    public const string SourceName = "Orleans.MLOps.Serving";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of a request, below the one that is current; null while nobody listens.</summary>
    public static Activity? Start(string operation, EndpointKey endpoint)
    {
        if (!Source.HasListeners() || Source.StartActivity($"{operation} {endpoint.Name}", ActivityKind.Internal) is not { } span)
        {
            return null;
        }

        return span.SetTag("mlops.project", endpoint.Project).SetTag("mlops.endpoint", endpoint.Name);
    }

    /// <summary>Notes what the engine has just computed: what it waited and what the engine took.</summary>
    public static void Computed(Activity? span, EngineTimes times)
    {
        if (span is null || times.BatchRows == 0)
        {
            return;
        }

        span.SetTag("mlops.batch.rows", times.BatchRows);
        var end = DateTime.UtcNow;
        var called = end - times.Computed;
        AddPart(span, "queue", called - times.Queued, called);
        AddPart(span, "engine", called, end);
    }

    /// <summary>Takes up who answered.</summary>
    public static void Answer(Activity? span, InferReply reply) => span?.SetTag("mlops.model.version", reply.Version).SetTag("mlops.variant", reply.Variant);

    /// <summary>The same for columns of features.</summary>
    public static void Answer(Activity? span, PredictReply reply)
    {
        if (span is not null)
        {
            span.SetTag("mlops.model.version", string.Join(", ", reply.ModelVersions.Distinct().Order())).SetTag("mlops.rows", reply.Probabilities.Length);
        }
    }

    /// <summary>Notes why a request was not answered.</summary>
    /// <returns>Always false, so that a filter of exceptions may ask for it.</returns>
    public static bool Fail(Activity? span, Exception error)
    {
        span?.SetStatus(ActivityStatusCode.Error, error.Message).SetTag("error.type", error is MLOpsException typed ? typed.Code.ToString() : error.GetType().FullName);
        return false;
    }

    private static void AddPart(Activity span, string name, DateTime begin, DateTime end)
    {
        using var part = Source.StartActivity(name, ActivityKind.Internal, span.Context, startTime: begin);
        part?.SetEndTime(end);
    }
}
