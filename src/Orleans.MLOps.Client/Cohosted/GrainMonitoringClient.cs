using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainMonitoringClient(IGrainFactory grains) : IMonitoringClient
{
    private readonly InferenceGrains inference = new(grains);

    public Task ConfigureAsync(MonitorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Monitor(options.Project, options.Endpoint).Configure(options, cancellationToken);
    }

    public async Task<LabelReply> LabelAsync(LabelBatch labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var request = new ServeRequest
        {
            Predict = new() { Project = labels.Project, Endpoint = labels.Endpoint },
            Labels = labels,
        };
        var reply = await inference.Get(labels.Project, labels.Endpoint).Serve(request, cancellationToken).ConfigureAwait(false);
        return reply.Labels ?? new();
    }

    public Task<MonitorReport> GetReportAsync(
        string endpoint, int version, string project = "default", CancellationToken cancellationToken = default) =>
        Monitor(project, endpoint).GetReport(version, cancellationToken);

    public Task<Alert[]> ListAlertsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        CatalogRecords.OldestFirstAsync<Alert>(grains, "alert", new(project, endpoint), cancellationToken);

    public Task FlushAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        inference.Get(project, endpoint).Flush(cancellationToken);

    private IEndpointMonitorGrain Monitor(string project, string endpoint) =>
        grains.GetGrain<IEndpointMonitorGrain>(new EndpointKey(project, endpoint).ToString());
}
