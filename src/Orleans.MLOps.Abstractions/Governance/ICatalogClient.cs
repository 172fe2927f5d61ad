namespace Orleans.MLOps.Governance;

/// <summary>Listings through the SDK.</summary>
public interface ICatalogClient
{
    /// <summary>One page of entities, newest first.</summary>
    Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken = default);
}
