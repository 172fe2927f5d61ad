using Orleans.MLOps.Governance;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>Reads the records that the catalog keeps for an endpoint.</summary>
internal sealed class CatalogRecords(ICatalogClient catalog, IServingClient serving)
{
    private const int Most = 1000;

    /// <summary>The newest 1000 records of a kind that belong to an endpoint, oldest first.</summary>
    public async Task<T[]> OldestFirstAsync<T>(string kind, EndpointKey endpoint, CancellationToken cancellationToken)
    {
        var query = new CatalogQuery { Kind = kind, Parent = endpoint.ToString(), Limit = Most };
        var page = await catalog.ListAsync(query, cancellationToken).ConfigureAwait(false);
        if (page.Entries.Length == 0)
        {
            // An endpoint without records has none; one that does not exist is NotFound.
            await serving.GetAsync(endpoint.Name, endpoint.Project, cancellationToken).ConfigureAwait(false);
        }

        var records = new T[page.Entries.Length];
        for (var i = 0; i < records.Length; i++)
        {
            records[^(i + 1)] = CatalogJson.Read<T>(page.Entries[i].Json);
        }

        return records;
    }
}
