using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Cards and comparisons of versions, read through the tables.</summary>
internal sealed class VersionReports(RegistryTables registry)
{
    public async Task<ModelComparison> CompareAsync(ModelKey key, int left, int right, CancellationToken cancellationToken)
    {
        var first = await registry.RequireVersionAsync(key, left, cancellationToken);
        var second = await registry.RequireVersionAsync(key, right, cancellationToken);
        return VersionComparison.Compare(
            first, await registry.GetRunFactsAsync(first.RunId, cancellationToken),
            second, await registry.GetRunFactsAsync(second.RunId, cancellationToken));
    }

    public async Task<ModelCard> GetCardAsync(ModelKey key, int number, CancellationToken cancellationToken)
    {
        var version = await registry.RequireVersionAsync(key, number, cancellationToken);
        var model = await registry.DescribeAsync(key, cancellationToken)
            ?? throw new NotFoundException($"Model '{key.Name}' of project '{key.Project}' was deleted meanwhile.", "model");
        var edited = await registry.FindCardAsync(key, number, cancellationToken);
        return new ModelCard
        {
            Project = key.Project,
            Model = key.Name,
            Version = number,
            Generated = ModelCardText.Write(model, version, await registry.GetRunFactsAsync(version.RunId, cancellationToken)),
            Edited = edited?.Text,
            EditedBy = edited?.EditedBy,
            EditedAt = edited?.EditedAt,
        };
    }
}
