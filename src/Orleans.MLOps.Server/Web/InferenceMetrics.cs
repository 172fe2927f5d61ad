using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Serving;
using Prometheus;

namespace Orleans.MLOps.Server.Web;

/// <summary>What this node has served, under the names that Triton's dashboards know: labels <c>model</c>, the endpoint, and <c>version</c>. Filled when somebody asks.</summary>
internal sealed class InferenceMetrics
{
    private static readonly string[] Labels = ["model", "version"];

    private readonly IServiceProvider _services;
    private readonly Counter _success;
    private readonly Counter _failure;
    private readonly Counter _count;
    private readonly Counter _executions;
    private readonly Counter _requestTime;
    private readonly Counter _queueTime;
    private readonly Counter _inferTime;
    private readonly Gauge _pending;
    private readonly Counter _payloads;
    private readonly Counter _droppedPayloads;

    /// <param name="services">Asked when somebody asks: what is served needs stores, which open in their own order.</param>
    /// <param name="registry">Where they are.</param>
    public InferenceMetrics(IServiceProvider services, CollectorRegistry registry)
    {
        _services = services;
        var metrics = Metrics.WithCustomRegistry(registry);
        _success = metrics.CreateCounter("nv_inference_request_success", "Requests that were answered.", Labels);
        _failure = metrics.CreateCounter("nv_inference_request_failure", "Requests that were not: BACKEND when the engine could not compute them, REJECTED by a limit, a full queue or a deadline.", ["model", "version", "reason"]);
        _count = metrics.CreateCounter("nv_inference_count", "Rows that were answered.", Labels);
        _executions = metrics.CreateCounter("nv_inference_exec_count", "Calls of the engine.", Labels);
        _requestTime = metrics.CreateCounter("nv_inference_request_duration_us", "Time of the answered requests in the silo.", Labels);
        _queueTime = metrics.CreateCounter("nv_inference_queue_duration_us", "Time of the answered requests in queues.", Labels);
        _inferTime = metrics.CreateCounter("nv_inference_compute_infer_duration_us", "Time of the answered requests in the engine.", Labels);
        _pending = metrics.CreateGauge("nv_inference_pending_request_count", "Requests that wait.", Labels);
        _payloads = metrics.CreateCounter("mlops_payload_log_logged_total", "Payloads that were written to the payload log.", "model");
        _droppedPayloads = metrics.CreateCounter("mlops_payload_log_dropped_total", "Payloads that were chosen for the payload log and are not in it.", "model");
        registry.AddBeforeCollectCallback(Fill);
    }

    private void Fill()
    {
        foreach (var endpoint in _services.GetRequiredService<ServingFigures>().Read())
        {
            foreach (var version in endpoint.Versions.DistinctBy(version => version.Version))
            {
                Fill([endpoint.Name, version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)], version.Statistics);
            }

            if (endpoint.PayloadLog is { } log)
            {
                _payloads.WithLabels(endpoint.Name).IncTo(log.Logged);
                _droppedPayloads.WithLabels(endpoint.Name).IncTo(log.Dropped);
            }
        }
    }

    private void Fill(string[] labels, InferStatistics statistics)
    {
        _success.WithLabels(labels).IncTo(statistics.Succeeded);
        _failure.WithLabels([.. labels, "BACKEND"]).IncTo(statistics.Failed);
        _failure.WithLabels([.. labels, "REJECTED"]).IncTo(statistics.Rejected);
        _count.WithLabels(labels).IncTo(statistics.Inferences);
        _executions.WithLabels(labels).IncTo(statistics.Executions);
        _requestTime.WithLabels(labels).IncTo(statistics.SucceededNanoseconds / 1000.0);
        _queueTime.WithLabels(labels).IncTo(statistics.QueueNanoseconds / 1000.0);
        _inferTime.WithLabels(labels).IncTo(statistics.InferNanoseconds / 1000.0);
        _pending.WithLabels(labels).Set(statistics.Pending);
    }
}
