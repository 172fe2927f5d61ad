using Orleans.Concurrency;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[StatelessWorker, Reentrant, GrainType("mlops-inference")]
internal sealed class InferenceGrain(
    RouteTable routes, Recorder recorder, Recorders recorders, PredictionLogs predictions, SiloDirectory silos, PlatformClock clock) : Grain, IInferenceGrain
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
        var route = await routes.GetAsync(_key, request.Predict.MinimumRevision);
        var bound = FeatureBinder.Bind(route.Layout, request.Predict, clock.EventNow);
        WindowInput.Validate(request.Observations, route.View, clock.EventNow);

        var labels = request.Labels is { PredictionIds.Length: > 0 } given ? await JoinAsync(route, given, cancellationToken) : null;
        if (route.View is { Windows.Length: > 0 })
        {
            await ApplyWindowsAsync(route, bound, request.Observations);
        }

        if (request.Predict.IsRepeat && bound.Operation != Guid.Empty && bound.Rows > 0
            && await FindAsync(bound, request.Predict.ReturnFeatures, cancellationToken) is { } earlier)
        {
            return new ServeReply { Predictions = earlier, Labels = labels };
        }

        var (versions, probabilities) = await ScoreAsync(route, bound);
        var latency = (float)clock.WallTime.GetElapsedTime(started).TotalMilliseconds;
        var ids = await RecordAsync(route, bound, versions, probabilities, latency);
        return new ServeReply
        {
            Predictions = new PredictReply
            {
                PredictionIds = ids,
                Probabilities = Array.ConvertAll(probabilities, value => (double)value),
                ModelVersions = versions,
                Features = request.Predict.ReturnFeatures ? AsServed(route, bound) : [],
            },
            Labels = labels,
        };
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

    /// <summary>What an earlier attempt of a named request was answered, or would have been.</summary>
    private async Task<PredictReply?> FindAsync(BoundRows bound, bool withFeatures, CancellationToken cancellationToken)
    {
        // The first attempt may stand in a batch that no log has yet.
        await recorders.SealAsync(_key, cancellationToken);
        var recorded = await GrainFactory.GetGrain<ILabelGrain>(_key.ToString()).FindOperation(bound.Operation, cancellationToken);
        return recorded is not null && await predictions.FindAsync(_key, recorded.Recorder, recorded.Place, cancellationToken) is { } batch
            ? RecordedReply.Create(batch, recorded.Rows, withFeatures)
            : null;
    }

    private Task<LabelReply> JoinAsync(Route route, LabelBatch batch, CancellationToken cancellationToken) =>
        new EndpointKey(batch.Project, batch.Endpoint) == _key
            ? GrainFactory.GetGrain<ILabelGrain>(_key.ToString()).Join(batch, ViewKey(route), route.Endpoint.FeatureViewVersion, cancellationToken)
            : throw new InvalidInputException(
                $"The labels are for endpoint '{batch.Endpoint}' of project '{batch.Project}'; this message is for '{_key.Name}' of '{_key.Project}'.", "endpoint");

    private async Task ApplyWindowsAsync(Route route, BoundRows bound, ObservationBatch? observations)
    {
        var input = WindowInput.Of(observations);
        if (bound.Rows == 0 && input.Keys.Length == 0)
        {
            return;
        }

        var reply = await GrainFactory.GetGrain<IOnlineFeaturesGrain>(ViewKey(route)!).Apply(
            input.ToRequest(bound, route.Endpoint.FeatureViewVersion, route.Endpoint.LogPolicy == LogPolicy.Durable));
        var windows = route.Layout.WindowInputs;
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

    private static async ValueTask<(int[] Versions, float[] Probabilities)> ScoreAsync(Route route, BoundRows bound)
    {
        var versions = new int[bound.Rows];
        if (route.Single is { } single)
        {
            Array.Fill(versions, single.Version.Version);
            return (versions, bound.Rows == 0 ? [] : await single.ScoreAsync(bound.Numeric, bound.Categorical, bound.Rows));
        }

        var probabilities = new float[bound.Rows];
        for (var row = 0; row < bound.Rows; row++)
        {
            versions[row] = route.Pick().Version.Version;
        }

        foreach (var model in route.Models)
        {
            int[] rows = [.. Enumerable.Range(0, bound.Rows).Where(row => versions[row] == model.Version.Version)];
            if (rows.Length > 0)
            {
                var scores = await model.ScoreAsync(
                    Array.ConvertAll(bound.Numeric, column => Array.ConvertAll(rows, row => column[row])),
                    Array.ConvertAll(bound.Categorical, column => Array.ConvertAll(rows, row => column[row])),
                    rows.Length);
                for (var i = 0; i < rows.Length; i++)
                {
                    probabilities[rows[i]] = scores[i];
                }
            }
        }

        return (versions, probabilities);
    }

    private async ValueTask<string[]> RecordAsync(Route route, BoundRows bound, int[] versions, float[] probabilities, float latency)
    {
        if (bound.Rows == 0)
        {
            return [];
        }

        var (first, durable) = recorder.Record(
            _key, new RecordedRows(bound, route.Layout, versions, probabilities, latency, route.Endpoint.LogPolicy));
        var ids = new string[bound.Rows];
        for (var row = 0; row < ids.Length; row++)
        {
            ids[row] = PredictionId.Create(bound.EventTimes[row], first.Recorder, first.Sequence, first.Row + row).ToString();
        }

        await durable;
        return ids;
    }

    private static FeatureColumn[] AsServed(Route route, BoundRows bound) =>
    [
        .. route.Layout.Numeric.Select((name, i) => new FeatureColumn { Name = name, Numbers = bound.Numeric[i] }),
        .. route.Layout.Categorical.Select((name, i) => new FeatureColumn { Name = name, Texts = bound.Categorical[i] }),
    ];
}
