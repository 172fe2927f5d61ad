using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Monitoring;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcMonitoringClient(W.Monitoring.MonitoringClient client, GrpcCalls calls) : IMonitoringClient
{
    public Task ConfigureAsync(MonitorOptions options, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.ConfigureAsync, RecordMapper<MonitorOptions, W.MonitorOptions>.ToMessage(options), cancellationToken);

    public async Task<LabelReply> LabelAsync(LabelBatch labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return MonitoringWire.ToRecord(
            await calls.RepeatAsync(client.LabelAsync, MonitoringWire.ToMessage(labels), cancellationToken).ConfigureAwait(false));
    }

    public async Task<MonitorReport> GetReportAsync(
        string endpoint, int version, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetReportRequest { Project = project, Endpoint = endpoint, Version = version };
        return RecordMapper<MonitorReport, W.MonitorReport>.ToRecord(
            await calls.RepeatAsync(client.GetReportAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<VersionComparison> CompareAsync(CompareVersions query, CancellationToken cancellationToken = default) =>
        RecordMapper<VersionComparison, W.VersionComparison>.ToRecord(
            await calls.RepeatAsync(client.CompareAsync, RecordMapper<CompareVersions, W.CompareVersions>.ToMessage(query), cancellationToken).ConfigureAwait(false));

    public async Task<Alert[]> ListAlertsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.ListAlertsRequest { Project = project, Endpoint = endpoint };
        var reply = await calls.RepeatAsync(client.ListAlertsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. reply.Alerts.Select(item => RecordMapper<Alert, W.Alert>.ToRecord(item))];
    }

    public Task FlushAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.FlushAsync, new W.FlushRequest { Project = project, Endpoint = endpoint }, cancellationToken);
}
