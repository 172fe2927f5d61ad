namespace Orleans.MLOps.Client.Cohosted;

/// <summary>Keys of the stateless grains that read the tables; they name no entity.</summary>
internal static class ServiceGrainKeys
{
    /// <summary>The search over runs.</summary>
    public const string RunSearch = "runs/search";

    /// <summary>The search over the registry.</summary>
    public const string ModelSearch = "models/search";

    /// <summary>The listing of silos.</summary>
    public const string Silos = "silos/all";

    /// <summary>The listing of one kind of entity.</summary>
    public static string Catalog(string kind) => $"catalog/{Uri.EscapeDataString(kind)}";
}
