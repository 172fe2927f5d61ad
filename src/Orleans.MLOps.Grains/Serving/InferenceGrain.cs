using Orleans.Concurrency;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[StatelessWorker, Reentrant, GrainType("mlops-inference")]
internal sealed class InferenceGrain(
    RouteTable routes, Recorder recorder, EarlierAttempts attempts, PredictionReports reports, PayloadLogs payloads, SiloDirectory silos, PlatformClock clock) : Grain, IInferenceGrain
{
    private EndpointKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<ServeReply> Serve(ServeRequest request, CancellationToken cancellationToken)
    {
        var started = clock.WallTime.GetTimestamp();
        using var span = ServingTraces.Start("predict", _key);
        try
        {
            var route = await EnterAsync(request.Predict.MinimumRevision);
            try
            {
                var reply = await ServeAsync(route, request, forced: null, started, cancellationToken);
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

    public async Task<InferReply> Infer(InferRequest request, CancellationToken cancellationToken)
    {
        TensorRules.Check(request);
        var started = clock.WallTime.GetTimestamp();
        using var span = ServingTraces.Start("infer", _key);
        try
        {
            var route = await EnterAsync(request.MinimumRevision);
            try
            {
                var reply = route.Layout is null
                    ? await TensorInference.InferAsync(route, request, cancellationToken)
                    : await InferAsync(route, request, started, cancellationToken);
                ServingTraces.Answer(span, reply);
                if (!request.MustNotRecord)
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

    public async Task<ReportedPredictions> Report(ReportPredictions report, CancellationToken cancellationToken)
    {
        var route = await EnterAsync(minimumRevision: 0);
        try
        {
            return await reports.RecordAsync(route, _key, report, cancellationToken);
        }
        finally
        {
            Leave(route);
        }
    }

    public async Task<ServedEndpoint> Describe(DescribeEndpoint query, CancellationToken cancellationToken)
    {
        var route = await routes.EnterAsync(_key);
        try
        {
            return EndpointDescription.Of(route, query);
        }
        finally
        {
            route.Leave();
        }
    }

    public async Task<PayloadPage> ReadPayloads(PayloadQuery query, CancellationToken cancellationToken)
    {
        (await routes.EnterAsync(_key)).Leave();
        return await payloads.ReadAsync(_key, query.Limit, cancellationToken);
    }

    public async Task Flush(CancellationToken cancellationToken)
    {
        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(_key.ToString()).Get(cancellationToken);
        await recorder.FlushAsync(_key);
        if (!silos.IsAlone)
        {
            // What other silos have sealed is in the logs, whether its way to the monitors has ended or not.
            await Task.WhenAll(endpoint.History.SelectMany(change => change.Variants).Select(variant => variant.Version).Distinct().Select(version =>
                GrainFactory.GetGrain<IModelMonitorGrain>(new MonitorKey(_key, version).ToString()).CatchUp()));
        }
    }

    private async ValueTask<Route> EnterAsync(int minimumRevision)
    {
        var route = await routes.EnterAsync(_key, minimumRevision);
        try
        {
            route.Traffic.Gate.Enter(_key.Name, route.Endpoint.Limits);
            return route;
        }
        catch
        {
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
    private async Task<InferReply> InferAsync(Route route, InferRequest request, long started, CancellationToken cancellationToken)
    {
        if (request.MustNotRecord)
        {
            throw new FailedPreconditionException($"Endpoint '{_key.Name}' records what it answers, and the request must not be recorded.", "must_not_record");
        }

        TensorRules.Check(route.Signature, request, route.Endpoint.Limits);
        var variant = route.Find(request.Version, request.Label) ?? route.Single ?? route.Pick(request.AffinityKey);
        var reply = await ServeAsync(route, new ServeRequest { Predict = TabularTensors.ToRequest(request) }, variant, started, cancellationToken);
        return new InferReply
        {
            Version = variant.Spec.Version,
            Variant = variant.Spec.Name,
            Outputs = TabularTensors.ToOutputs(reply.Predictions, request.Outputs),
            Times = new() { InferMicroseconds = (int)clock.WallTime.GetElapsedTime(started).TotalMicroseconds, BatchRows = reply.Predictions.Probabilities.Length },
        };
    }

    private async Task<ServeReply> ServeAsync(Route route, ServeRequest request, RouteVariant? forced, long started, CancellationToken cancellationToken)
    {
        var layout = route.Layout
            ?? throw new FailedPreconditionException($"Endpoint '{_key.Name}' takes tensors, not columns of features; infer with it instead.", "endpoint");
        var bound = FeatureBinder.Bind(layout, request.Predict, clock.EventNow);
        if (bound.Rows > route.Endpoint.Limits.Rows)
        {
            throw new InvalidInputException($"{bound.Rows} instances are given; {route.Endpoint.Limits.Rows} are allowed in one request of endpoint '{_key.Name}'.", "columns");
        }

        WindowInput.Validate(request.Observations, route.View, clock.EventNow);

        var labels = request.Labels is { PredictionIds.Length: > 0 } given ? await JoinAsync(route, given, cancellationToken) : null;
        if (route.View is { Windows.Length: > 0 })
        {
            await ApplyWindowsAsync(route, layout, bound, request.Observations);
        }

        var claim = 0L;
        if (request.Predict.IsRepeat && bound.Operation != Guid.Empty && bound.Rows > 0)
        {
            (var earlier, claim) = await attempts.EndAsync(_key, bound.Operation, request.Predict.ReturnFeatures, cancellationToken);
            if (earlier is not null)
            {
                return new ServeReply { Predictions = earlier, Labels = labels };
            }
        }

        var (versions, probabilities) = await TabularScoring.ScoreAsync(route, bound, forced);
        var latency = (float)clock.WallTime.GetElapsedTime(started).TotalMilliseconds;
        var ids = await RecordAsync(route, layout, bound, versions, probabilities, latency, claim);
        return new ServeReply
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
    }

    private Task<LabelReply> JoinAsync(Route route, LabelBatch batch, CancellationToken cancellationToken) =>
        new EndpointKey(batch.Project, batch.Endpoint) == _key
            ? GrainFactory.GetGrain<ILabelGrain>(_key.ToString()).Join(batch, ViewKey(route), route.Endpoint.FeatureViewVersion, cancellationToken)
            : throw new InvalidInputException(
                $"The labels are for endpoint '{batch.Endpoint}' of project '{batch.Project}'; this message is for '{_key.Name}' of '{_key.Project}'.", "endpoint");

    private async Task ApplyWindowsAsync(Route route, FeatureLayout layout, BoundRows bound, ObservationBatch? observations)
    {
        var input = WindowInput.Of(observations);
        if (bound.Rows == 0 && input.Keys.Length == 0)
        {
            return;
        }

        var reply = await GrainFactory.GetGrain<IOnlineFeaturesGrain>(ViewKey(route)!).Apply(
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

    private async ValueTask<string[]> RecordAsync(Route route, FeatureLayout layout, BoundRows bound, int[] versions, float[] probabilities, float latency, long claim)
    {
        if (bound.Rows == 0)
        {
            return [];
        }

        var latencies = new float[bound.Rows];
        Array.Fill(latencies, latency);
        return await recorder.RecordAsync(_key, new RecordedRows(bound, layout, versions, probabilities, latencies, route.Endpoint.LogPolicy, claim));
    }

    private static FeatureColumn[] AsServed(FeatureLayout layout, BoundRows bound) =>
    [
        .. layout.Numeric.Select((name, i) => new FeatureColumn { Name = name, Numbers = bound.Numeric[i] }),
        .. layout.Categorical.Select((name, i) => new FeatureColumn { Name = name, Texts = bound.Categorical[i] }),
    ];
}
