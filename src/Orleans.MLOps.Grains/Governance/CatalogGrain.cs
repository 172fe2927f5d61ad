using Orleans.Concurrency;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Grains.Governance;

[StatelessWorker, GrainType("mlops-catalog")]
internal sealed class CatalogGrain(CatalogTable catalog) : Grain, ICatalogGrain
{
    private const int LargestPage = 1000;

    public Task<CatalogPage> List(CatalogQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > LargestPage)
        {
            throw new InvalidInputException($"limit {query.Limit} is not allowed: 1 to {LargestPage}.", "limit");
        }

        return catalog.ListAsync(query, cancellationToken);
    }
}
