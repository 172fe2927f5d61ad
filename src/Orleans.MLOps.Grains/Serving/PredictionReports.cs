using System.Collections.Concurrent;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Records predictions that models of an endpoint made elsewhere.</summary>
internal sealed class PredictionReports(Recorder recorder, EarlierAttempts attempts, IGrainFactory grains, PlatformClock clock)
{
    private const int MostLayouts = 4096;

    /// <summary>Of versions that never change; the same object for the same version, because the recorder joins rows of one layout.</summary>
    private readonly ConcurrentDictionary<(EndpointKey Endpoint, int Version, string? View, int? ViewVersion), FeatureLayout> _layouts = new();

    public async Task<ReportedPredictions> RecordAsync(Route route, EndpointKey key, ReportPredictions report, CancellationToken cancellationToken)
    {
        if (route.Layout is null)
        {
            throw new FailedPreconditionException($"Endpoint '{key.Name}' takes tensors, which are not recorded; only predictions from columns of features are reported.", "endpoint");
        }

        ReportRules.Check(route.Endpoint, report);
        var layout = await LayoutOfAsync(route, key, report.ModelVersion);
        var bound = FeatureBinder.Bind(
            layout,
            new PredictRequest { Endpoint = report.Endpoint, Columns = report.Columns, EventTimes = report.EventTimes, OperationId = report.OperationId },
            clock.EventNow,
            new FeatureColumn { Name = "model_version", Numbers = [report.ModelVersion] },
            new FeatureColumn { Name = "probabilities", Numbers = report.Probabilities },
            new FeatureColumn { Name = "latencies", Numbers = report.Latencies });
        ReportRules.CheckRows(bound.Rows, report);

        var claim = 0L;
        if (report.IsRepeat && bound.Operation != Guid.Empty)
        {
            (var earlier, claim) = await attempts.EndAsync(key, bound.Operation, withFeatures: false, cancellationToken);
            if (earlier is not null)
            {
                return new ReportedPredictions { PredictionIds = earlier.PredictionIds };
            }
        }

        var versions = new int[bound.Rows];
        Array.Fill(versions, report.ModelVersion);
        var probabilities = Array.ConvertAll(report.Probabilities, value => (float)value);
        var latencies = report.Latencies.Length == 0 ? new float[bound.Rows] : Array.ConvertAll(report.Latencies, value => (float)value);

        // What is acknowledged is durable, whatever the endpoint promises its own callers: whoever reports does not wait for the answer.
        return new ReportedPredictions
        {
            PredictionIds = await recorder.RecordAsync(key, new RecordedRows(bound, layout, versions, probabilities, latencies, LogPolicy.Durable, claim)),
        };
    }

    /// <summary>The inputs of the version that answered, which may not be those of the versions that serve now.</summary>
    private async ValueTask<FeatureLayout> LayoutOfAsync(Route route, EndpointKey key, int version)
    {
        var endpoint = route.Endpoint;
        var name = (key, version, endpoint.FeatureView, endpoint.FeatureViewVersion);
        if (_layouts.TryGetValue(name, out var known))
        {
            return known;
        }

        var info = await grains.GetGrain<IModelGrain>(new ModelKey(key.Project, endpoint.Model).ToString()).GetVersion(version);
        if (_layouts.Count >= MostLayouts)
        {
            _layouts.Clear();
        }

        return _layouts.GetOrAdd(name, FeatureLayout.Create(info.Signature, route.View).WithoutWindows());
    }
}
