using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Monitoring;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Monitoring;

internal sealed class MonitoringService(IMlopsClient client) : W.Monitoring.MonitoringBase
{
    public override async Task<W.ConfigureMonitorReply> Configure(W.MonitorOptions request, ServerCallContext context)
    {
        await client.Monitoring.ConfigureAsync(
            RecordMapper<MonitorOptions, W.MonitorOptions>.ToRecord(request), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.LabelReply> Label(W.LabelBatch request, ServerCallContext context) =>
        MonitoringWire.ToMessage(await client.Monitoring.LabelAsync(
            MonitoringWire.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.MonitorReport> GetReport(W.GetReportRequest request, ServerCallContext context) =>
        RecordMapper<MonitorReport, W.MonitorReport>.ToMessage(await client.Monitoring.GetReportAsync(
            request.Endpoint, request.Version, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.VersionComparison> Compare(W.CompareVersions request, ServerCallContext context) =>
        RecordMapper<VersionComparison, W.VersionComparison>.ToMessage(await client.Monitoring.CompareAsync(
            RecordMapper<CompareVersions, W.CompareVersions>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ListAlertsReply> ListAlerts(W.ListAlertsRequest request, ServerCallContext context)
    {
        var alerts = await client.Monitoring.ListAlertsAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new() { Alerts = { alerts.Select(RecordMapper<Alert, W.Alert>.ToMessage) } };
    }

    public override async Task<W.FlushReply> Flush(W.FlushRequest request, ServerCallContext context)
    {
        await client.Monitoring.FlushAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new();
    }
}
