using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Lists models and versions from the registry's own tables, in the form and order of the catalog.</summary>
internal sealed class RegistryCatalog(ITables tables)
{
    public const string Model = "model";
    public const string Version = "model-version";

    public static bool Holds(string kind) => kind is Model or Version;

    public async Task<CatalogPage> ListAsync(CatalogQuery query, CancellationToken cancellationToken)
    {
        var (beforeUs, beforeKey) = CatalogPageToken.Read(query.PageToken);
        var entries = query.Kind == Model
            ? await ModelsAsync(query, beforeUs, beforeKey, cancellationToken)
            : await VersionsAsync(query, beforeUs, beforeKey, cancellationToken);
        var page = entries.Take(query.Limit).ToArray();
        return new CatalogPage { Entries = page, NextPageToken = entries.Length > query.Limit ? CatalogPageToken.Write(page[^1]) : null };
    }

    private async Task<CatalogEntry[]> ModelsAsync(CatalogQuery query, long beforeUs, string beforeKey, CancellationToken cancellationToken)
    {
        if (query.Status is not null || query.Parent is not null)
        {
            return [];
        }

        var sql = new SqlText(tables.Engine);
        var before = beforeKey.Length == 0 ? default : ModelKey.Parse(beforeKey);
        string[] where =
        [
            .. Equal(sql, "g.project", query.Project),
            .. Equal(sql, "g.name", query.Name),
            .. beforeKey.Length == 0
                ? Array.Empty<string>()
                : [$"(g.created_us, g.project, g.name) < ({sql.Bind(beforeUs)}, {sql.Bind(before.Project)}, {sql.Bind(before.Name)})"],
        ];
        var rows = await tables.QueryAsync(
            $"SELECT {RegistryRows.ModelColumns} FROM registered_models g{Where(where)} ORDER BY g.created_us DESC, g.project DESC, g.name DESC LIMIT {sql.Bind(query.Limit + 1)}",
            RegistryRows.ReadModel,
            cancellationToken,
            sql.Parameters);
        var models = await Task.WhenAll(rows.GroupBy(row => row.Key.Project).Select(group => RegistryDetails.DescribeAsync(tables, [.. group], cancellationToken)));
        var byKey = models.SelectMany(group => group).ToDictionary(model => new ModelKey(model.Project, model.Name));
        return [.. rows.Select(row => byKey[row.Key]).Select(model => new CatalogEntry
        {
            Key = new ModelKey(model.Project, model.Name).ToString(),
            Kind = Model,
            Project = model.Project,
            Name = model.Name,
            CreatedAt = model.CreatedAt,
            UpdatedAt = model.UpdatedAt,
            Json = CatalogJson.Write(model),
        })];
    }

    private async Task<CatalogEntry[]> VersionsAsync(CatalogQuery query, long beforeUs, string beforeKey, CancellationToken cancellationToken)
    {
        var sql = new SqlText(tables.Engine);
        var before = beforeKey.Length == 0 ? default : ModelVersionKey.Parse(beforeKey);
        ModelKey? parent = query.Parent is null ? null : ModelKey.Parse(query.Parent);
        string[] where =
        [
            .. Equal(sql, "v.project", query.Project),
            .. Equal(sql, "v.model", query.Name),
            .. Equal(sql, "v.status", query.Status),
            .. Equal(sql, "v.project", parent?.Project),
            .. Equal(sql, "v.model", parent?.Name),
            .. beforeKey.Length == 0
                ? Array.Empty<string>()
                : [$"(v.created_us, v.project, v.model, v.version) < ({sql.Bind(beforeUs)}, {sql.Bind(before.Project)}, {sql.Bind(before.Model)}, {sql.Bind(before.Version)})"],
        ];
        var rows = await tables.QueryAsync(
            $"SELECT {RegistryRows.VersionColumns} FROM model_versions v{Where(where)} ORDER BY v.created_us DESC, v.project DESC, v.model DESC, v.version DESC LIMIT {sql.Bind(query.Limit + 1)}",
            RegistryRows.ReadVersion,
            cancellationToken,
            sql.Parameters);
        var versions = await Task.WhenAll(rows.GroupBy(row => row.Project).Select(group => RegistryDetails.FillAsync(tables, [.. group], cancellationToken)));
        var byKey = versions.SelectMany(group => group).ToDictionary(version => (version.Project, version.Model, version.Version));
        return [.. rows.Select(row => byKey[(row.Project, row.Model, row.Version)]).Select(version => new CatalogEntry
        {
            Key = new ModelVersionKey(version.Project, version.Model, version.Version).ToString(),
            Kind = Version,
            Project = version.Project,
            Name = version.Model,
            Status = version.Status.ToString(),
            Parent = new ModelKey(version.Project, version.Model).ToString(),
            CreatedAt = version.CreatedAt,
            UpdatedAt = version.UpdatedAt,
            Json = CatalogJson.Write(version),
        })];
    }

    private static IEnumerable<string> Equal(SqlText sql, string column, string? value) => value is null ? [] : [$"{column} = {sql.Bind(value)}"];

    private static string Where(string[] conditions) => conditions.Length == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
}
