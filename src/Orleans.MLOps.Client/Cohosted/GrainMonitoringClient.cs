using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainMonitoringClient(KnownGrains grains, CatalogRecords records, GrainCalls calls) : IMonitoringClient
{
    private readonly InferenceGrains inference = new(grains);

    public Task ConfigureAsync(MonitorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return calls.RepeatAsync(() => Monitor(options.Project, options.Endpoint).Configure(options, cancellationToken), cancellationToken);
    }

    public async Task<LabelReply> LabelAsync(LabelBatch labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var request = new ServeRequest
        {
            Predict = new() { Project = labels.Project, Endpoint = labels.Endpoint },
            Labels = labels,
        };

        // Without predictions a message is safe to repeat: a label that is there already is not counted again.
        var reply = await calls.RepeatAsync(
            () => inference.Get(labels.Project, labels.Endpoint).Serve(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        return reply.Labels ?? new();
    }

    public Task<MonitorReport> GetReportAsync(
        string endpoint, int version, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Monitor(project, endpoint).GetReport(version, cancellationToken), cancellationToken);

    public Task<VersionComparison> CompareAsync(CompareVersions query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Monitor(query.Project, query.Endpoint).Compare(query, cancellationToken), cancellationToken);
    }

    public Task<Alert[]> ListAlertsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        records.OldestFirstAsync<Alert>("alert", new(project, endpoint), cancellationToken);

    public Task FlushAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => inference.Get(project, endpoint).Flush(cancellationToken), cancellationToken);

    private IEndpointMonitorGrain Monitor(string project, string endpoint) =>
        grains.Get<IEndpointMonitorGrain>(new EndpointKey(project, endpoint).ToString());
}
