using System.Globalization;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Turns findings into alerts and requests. Pure; ids follow from the finding, so folding again after a crash repeats them.</summary>
internal static class AlertRules
{
    public const string AlertCatalog = "alert";
    public const string RequestCatalog = "retraining-request";
    public const string Pending = "pending";

    public static string CoolDownKey(Finding finding) => finding.Feature is null ? $"{finding.Kind}" : $"{finding.Kind}/{finding.Feature}";

    public static bool IsCoolingDown(Finding finding, long watermark, IReadOnlyDictionary<string, long> latest, TimeSpan coolDown) =>
        latest.TryGetValue(CoolDownKey(finding), out var before)
        && TableValue.FromMicroseconds(watermark) - TableValue.FromMicroseconds(before) < coolDown;

    public static Alert ToAlert(MonitorKey monitor, Finding finding, long watermark, MonitorOptions options) => new()
    {
        AlertId = string.Create(CultureInfo.InvariantCulture, $"{CoolDownKey(finding)}/v{monitor.Version}/{watermark}"),
        Endpoint = monitor.Endpoint.ToString(),
        ModelVersion = monitor.Version,
        Kind = finding.Kind,
        Feature = finding.Feature,
        At = TableValue.FromMicroseconds(watermark),
        Statistic = finding.Statistic,
        Threshold = finding.Threshold,
        Evidence = finding.Evidence,
        RequestsRetraining = options.RetrainOn.Contains(finding.Kind),
    };

    /// <summary>The listing entries of an alert: itself and, where it asks for one, the request that pipelines pick up.</summary>
    public static IEnumerable<CatalogEntry> ToEntries(Alert alert, EndpointKey endpoint)
    {
        var entry = new CatalogEntry
        {
            Key = $"{alert.Endpoint}/{alert.AlertId}",
            Kind = AlertCatalog,
            Project = endpoint.Project,
            Name = endpoint.Name,
            Status = alert.Kind.ToString(),
            Parent = alert.Endpoint,
            CreatedAt = alert.At,
            UpdatedAt = alert.At,
            Json = CatalogJson.Write(alert),
        };
        yield return entry;
        if (alert.RequestsRetraining)
        {
            yield return entry with { Kind = RequestCatalog, Status = Pending };
        }
    }
}
