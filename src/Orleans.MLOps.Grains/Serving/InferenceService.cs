using System.Diagnostics;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Answers what is asked of endpoints in this silo. Thread-safe.</summary>
internal sealed class InferenceService(
    RouteTable routes, Recorder recorder, EarlierAttempts attempts, PredictionReports reports, PayloadLogs payloads, SiloDirectory silos, IGrainFactory grains, PlatformClock clock)
{
    public async Task<ServeReply> ServeAsync(EndpointKey key, ServeRequest request, CancellationToken cancellationToken)
    {
        var started = clock.WallTime.GetTimestamp();
        using var span = ServingTraces.Start("predict", key);
        try
        {
            var route = await EnterAsync(key, request.Predict.MinimumRevision, static (route, asked) => route.Meant(null, null, asked.Predict.AffinityKey), request);
            try
            {
                var (reply, _) = await AnswerAsync(key, route, request, forced: null, started, span, cancellationToken);
                ServingTraces.Answer(span, reply.Predictions);
                if (!request.Predict.IsRepeat)
                {
                    route.Payloads?.Offer(request.Predict, reply.Predictions);
                }

                return reply;
            }
            finally
            {
                Leave(route);
            }
        }
        catch (Exception error) when (ServingTraces.Fail(span, error))
        {
            throw;
        }
    }

    public async Task<InferReply> InferAsync(EndpointKey key, InferRequest request, CancellationToken cancellationToken)
    {
        TensorRules.Check(request);
        var started = clock.WallTime.GetTimestamp();
        using var span = ServingTraces.Start("infer", key);
        try
        {
            var route = await EnterAsync(key, request.MinimumRevision, static (route, asked) => route.Meant(asked.Version, asked.Label, asked.AffinityKey), request);
            try
            {
                var reply = route.Layout is null
                    ? await TensorInference.InferAsync(route, request, span, cancellationToken)
                    : await AnswerAsync(key, route, request, started, span, cancellationToken);
                ServingTraces.Answer(span, reply);
                if (request is { MustNotRecord: false, IsRepeat: false })
                {
                    route.Payloads?.Offer(request, reply);
                }

                return reply;
            }
            finally
            {
                Leave(route);
            }
        }
        catch (Exception error) when (ServingTraces.Fail(span, error))
        {
            throw;
        }
    }

    public async Task<ReportedPredictions> ReportAsync(EndpointKey key, ReportPredictions report, CancellationToken cancellationToken)
    {
        // Not through the gate: the limits are of those who ask the endpoint, and nobody does here.
        var route = await routes.EnterAsync(key);
        try
        {
            return await reports.RecordAsync(route, key, report, cancellationToken);
        }
        finally
        {
            route.Leave();
        }
    }

    public async Task<ServedEndpoint> DescribeAsync(EndpointKey key, DescribeEndpoint query)
    {
        var route = await routes.EnterAsync(key);
        try
        {
            return EndpointDescription.Of(route, query);
        }
        finally
        {
            route.Leave();
        }
    }

    public async Task<PayloadPage> ReadPayloadsAsync(EndpointKey key, PayloadQuery query, CancellationToken cancellationToken)
    {
        (await routes.EnterAsync(key)).Leave();
        return await payloads.ReadAsync(key, query.Limit, cancellationToken);
    }

    public async Task FlushAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        var endpoint = await grains.GetGrain<IEndpointGrain>(key.ToString()).Get(cancellationToken);
        await recorder.FlushAsync(key);
        if (!silos.IsAlone)
        {
            // What other silos have sealed is in the logs, whether its way to the monitors has ended or not.
            await Task.WhenAll(endpoint.History.SelectMany(change => change.Variants).Select(variant => variant.Version).Distinct().Select(version =>
                grains.GetGrain<IModelMonitorGrain>(new MonitorKey(key, version).ToString()).CatchUp()));
        }
    }

    /// <summary>Enters a route as its limits allow; a refusal is counted for the version that would have answered, if any.</summary>
    private async ValueTask<Route> EnterAsync<TRequest>(EndpointKey key, int minimumRevision, Func<Route, TRequest, RouteVariant?> meant, TRequest request)
    {
        var route = await routes.EnterAsync(key, minimumRevision);
        try
        {
            route.Traffic.Gate.Enter(key.Name, route.Endpoint.Limits);
            return route;
        }
        catch
        {
            meant(route, request)?.Counters.OnLimited();
            route.Leave();
            throw;
        }
    }

    private static void Leave(Route route)
    {
        route.Traffic.Gate.Leave();
        route.Leave();
    }

    /// <summary>Tensors for a network of the platform: the same as a prediction of the same columns, recorded too.</summary>
    private async Task<InferReply> AnswerAsync(EndpointKey key, Route route, InferRequest request, long started, Activity? span, CancellationToken cancellationToken)
    {
        if (request.MustNotRecord)
        {
            throw new FailedPreconditionException($"Endpoint '{key.Name}' records what it answers, and the request must not be recorded.", "must_not_record");
        }

        TensorRules.Check(route.Signature, request, route.Endpoint.Limits);
        var variant = route.Choose(request);
        var (reply, times) = await AnswerAsync(key, route, new ServeRequest { Predict = TabularTensors.ToRequest(request) }, variant, started, span, cancellationToken);

        // A repeat is answered by what answered first, which may have no share any more.
        var version = reply.Predictions.ModelVersions is [var answered, ..] ? answered : variant.Spec.Version;
        return new InferReply
        {
            Version = version,
            Variant = version == variant.Spec.Version ? variant.Spec.Name : Array.Find(route.Variants, one => one.Spec.Version == version)?.Spec.Name ?? "",
            Outputs = TabularTensors.ToOutputs(reply.Predictions, request.Outputs),
            Times = times.ToContract(),
        };
    }

    private async Task<(ServeReply Reply, EngineTimes Times)> AnswerAsync(
        EndpointKey key, Route route, ServeRequest request, RouteVariant? forced, long started, Activity? span, CancellationToken cancellationToken)
    {
        var layout = route.Layout
            ?? throw new FailedPreconditionException($"Endpoint '{key.Name}' takes tensors, not columns of features; infer with it instead.", "endpoint");
        var bound = FeatureBinder.Bind(layout, request.Predict, clock.EventNow);
        if (bound.Rows > route.Endpoint.Limits.Rows)
        {
            throw new InvalidInputException($"{bound.Rows} instances are given; {route.Endpoint.Limits.Rows} are allowed in one request of endpoint '{key.Name}'.", "columns");
        }

        if (bound.LogBytes > route.Endpoint.Limits.Bytes)
        {
            throw new InvalidInputException($"The columns have {bound.LogBytes} bytes; {route.Endpoint.Limits.Bytes} are allowed in one request of endpoint '{key.Name}'.", "columns");
        }

        WindowInput.Validate(request.Observations, route.View, clock.EventNow);

        var labels = request.Labels is { PredictionIds.Length: > 0 } given ? await JoinAsync(key, route, given, cancellationToken) : null;
        if (route.View is { Windows.Length: > 0 })
        {
            await ApplyWindowsAsync(route, layout, bound, request.Observations);
        }

        var claim = 0L;
        if (request.Predict.IsRepeat && bound.Operation != Guid.Empty && bound.Rows > 0)
        {
            (var earlier, claim) = await attempts.EndAsync(key, bound.Operation, request.Predict.ReturnFeatures, cancellationToken);
            if (earlier is not null)
            {
                return (new ServeReply { Predictions = earlier, Labels = labels }, default);
            }
        }

        var (versions, scored) = await TabularScoring.ScoreAsync(route, bound, request.Predict, forced ?? route.PickBy(request.Predict.AffinityKey), cancellationToken);
        ServingTraces.Computed(span, scored.Times);
        var probabilities = scored.Probabilities;
        var latency = (float)clock.WallTime.GetElapsedTime(started).TotalMilliseconds;
        var ids = await RecordAsync(key, route, layout, bound, versions, probabilities, latency, claim);
        var reply = new ServeReply
        {
            Predictions = new PredictReply
            {
                PredictionIds = ids,
                Probabilities = Array.ConvertAll(probabilities, value => (double)value),
                ModelVersions = versions,
                Features = request.Predict.ReturnFeatures ? AsServed(layout, bound) : [],
            },
            Labels = labels,
        };
        return (reply, scored.Times);
    }

    private Task<LabelReply> JoinAsync(EndpointKey key, Route route, LabelBatch batch, CancellationToken cancellationToken) =>
        new EndpointKey(batch.Project, batch.Endpoint) == key
            ? grains.GetGrain<ILabelGrain>(key.ToString()).Join(batch, ViewKey(route), route.Endpoint.FeatureViewVersion, cancellationToken)
            : throw new InvalidInputException(
                $"The labels are for endpoint '{batch.Endpoint}' of project '{batch.Project}'; this message is for '{key.Name}' of '{key.Project}'.", "endpoint");

    private async Task ApplyWindowsAsync(Route route, FeatureLayout layout, BoundRows bound, ObservationBatch? observations)
    {
        var input = WindowInput.Of(observations);
        if (bound.Rows == 0 && input.Keys.Length == 0)
        {
            return;
        }

        var reply = await grains.GetGrain<IOnlineFeaturesGrain>(ViewKey(route)!).Apply(
            input.ToRequest(bound, route.Endpoint.FeatureViewVersion, route.Endpoint.LogPolicy == LogPolicy.Durable));
        var windows = layout.WindowInputs;
        for (var window = 0; window < windows.Length; window++)
        {
            if (windows[window] < 0)
            {
                continue;
            }

            var column = bound.Numeric[windows[window]];
            for (var row = 0; row < bound.Rows; row++)
            {
                column[row] = reply.Values[(row * windows.Length) + window];
            }
        }
    }

    private static string? ViewKey(Route route) =>
        route.View is { Windows.Length: > 0 } view ? new FeatureViewKey(route.Endpoint.Project, view.Name).ToString() : null;

    private async ValueTask<string[]> RecordAsync(EndpointKey key, Route route, FeatureLayout layout, BoundRows bound, int[] versions, float[] probabilities, float latency, long claim)
    {
        if (bound.Rows == 0)
        {
            return [];
        }

        var latencies = new float[bound.Rows];
        Array.Fill(latencies, latency);
        return await recorder.RecordAsync(key, new RecordedRows(bound, layout, versions, probabilities, latencies, route.Endpoint.LogPolicy, claim));
    }

    private static FeatureColumn[] AsServed(FeatureLayout layout, BoundRows bound) =>
    [
        .. layout.Numeric.Select((name, i) => new FeatureColumn { Name = name, Numbers = bound.Numeric[i] }),
        .. layout.Categorical.Select((name, i) => new FeatureColumn { Name = name, Texts = bound.Categorical[i] }),
    ];
}
