using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>The requests that monitors have written for an endpoint.</summary>
internal sealed class RetrainingRequests(CatalogTable catalog)
{
    public async Task<IReadOnlyList<RetrainingRequest>> ListPendingAsync(EndpointKey endpoint, CancellationToken cancellationToken)
    {
        var entries = await catalog.ListByStatusAsync(AlertRules.RequestCatalog, AlertRules.Pending, endpoint.ToString(), cancellationToken);
        return [.. entries.Select(entry => new RetrainingRequest(entry, CatalogJson.Read<Alert>(entry.Json)))];
    }

    /// <summary>Says what became of a request; it is not picked up again.</summary>
    public Task CloseAsync(RetrainingRequest request, string outcome, DateTimeOffset at) =>
        catalog.UpsertAsync(request.Entry with { Status = outcome, UpdatedAt = at });
}
