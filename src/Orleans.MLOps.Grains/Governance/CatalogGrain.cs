using Orleans.Concurrency;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Models;

namespace Orleans.MLOps.Grains.Governance;

[StatelessWorker, GrainType("mlops-catalog")]
internal sealed class CatalogGrain(CatalogTable catalog, RegistryCatalog registry) : Grain, ICatalogGrain
{
    private const int LargestPage = 1000;

    private static readonly string[] Kinds =
    [
        "alert", "dataset", "dataset-version", "endpoint", "job", "model", "model-version", "pipeline", "pipeline-run", "retraining-request", "scoring-job", "view",
    ];

    public Task<CatalogPage> List(CatalogQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > LargestPage)
        {
            throw new InvalidInputException($"limit {query.Limit} is not allowed: 1 to {LargestPage}.", "limit");
        }

        if (!Kinds.Contains(query.Kind, StringComparer.Ordinal))
        {
            throw new InvalidInputException($"kind '{query.Kind}' is not known; allowed: {string.Join(", ", Kinds)}.", "kind");
        }

        return RegistryCatalog.Holds(query.Kind) ? registry.ListAsync(query, cancellationToken) : catalog.ListAsync(query, cancellationToken);
    }
}
