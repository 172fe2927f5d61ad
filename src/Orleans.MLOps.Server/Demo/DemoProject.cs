using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Server.Demo;

/// <summary>The names under which one run of the demo stands. Each run takes a project of its own, so earlier ones stay as they were.</summary>
internal sealed record DemoProject(string Project)
{
    public const string Endpoint = "lateness";

    /// <summary>Serves the January model for ever, for comparison.</summary>
    public const string FrozenEndpoint = "lateness-january";

    public const string Model = "lateness";

    public static async Task<DemoProject> TakeAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            var project = number == 1 ? "demo" : $"demo-{number}";
            var page = await client.Catalog.ListAsync(new CatalogQuery { Kind = "dataset", Project = project, Limit = 1 }, cancellationToken);
            if (page.Entries.Length == 0)
            {
                return new DemoProject(project);
            }
        }
    }
}
