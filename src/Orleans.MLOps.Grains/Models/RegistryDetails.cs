using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Adds what stands in tables of its own to the rows of one page, all as of one moment unless the page is long.</summary>
internal static class RegistryDetails
{
    private const int Tag = 0;
    private const int Alias = 1;
    private const int RowsAPiece = 1024;

    /// <summary>As <see cref="DescribeAsync(ITables, IReadOnlyList{RegisteredModelRow}, CancellationToken)"/>, as many of the models as a page holds.</summary>
    public static Task<ModelInfo[]> DescribePageAsync(ITables tables, IReadOnlyList<RegisteredModelRow> models, CancellationToken cancellationToken) =>
        PagePieces.FillAsync(models, RowsAPiece, (piece, meter) => DescribeAsync(tables, piece, meter, cancellationToken));

    /// <summary>As <see cref="FillAsync(ITables, IReadOnlyList{ModelVersionInfo}, CancellationToken)"/>, as many of the versions as a page holds.</summary>
    public static Task<ModelVersionInfo[]> FillPageAsync(ITables tables, IReadOnlyList<ModelVersionInfo> versions, CancellationToken cancellationToken) =>
        PagePieces.FillAsync(versions, RowsAPiece, (piece, meter) => FillAsync(tables, piece, meter, cancellationToken));

    /// <summary>Models with tags, aliases and newest version; without history.</summary>
    public static Task<ModelInfo[]> DescribeAsync(ITables tables, IReadOnlyList<RegisteredModelRow> models, CancellationToken cancellationToken) =>
        DescribeAsync(tables, models, new PageMeter(long.MaxValue), cancellationToken);

    /// <summary>Versions of one project with tags, aliases and approvals.</summary>
    public static Task<ModelVersionInfo[]> FillAsync(ITables tables, IReadOnlyList<ModelVersionInfo> versions, CancellationToken cancellationToken) =>
        FillAsync(tables, versions, new PageMeter(long.MaxValue), cancellationToken);

    private static async Task<ModelInfo[]> DescribeAsync(
        ITables tables, IReadOnlyList<RegisteredModelRow> models, PageMeter meter, CancellationToken cancellationToken)
    {
        meter.Add(models.Sum(model => PageBytes.Of(model.Key.Name, model.Description)));
        if (models.Count == 0)
        {
            return [];
        }

        var list = RegistryRows.ParameterList(2, models.Count);
        var details = await tables.QueryAsync(
            $"""
            SELECT {Tag} AS kind, model, key AS name, value AS text, CAST(0 AS bigint) AS number, CAST(0 AS bigint) AS at_us
            FROM registered_model_tags WHERE project = $1 AND model IN ({list})
            UNION ALL SELECT {Alias}, model, alias, NULL, version, set_us FROM model_aliases WHERE project = $1 AND model IN ({list})
            UNION ALL SELECT 2, model, NULL, NULL, MAX(version), 0 FROM model_versions WHERE project = $1 AND model IN ({list}) GROUP BY model
            """,
            row =>
            {
                var detail = (
                    Kind: row.GetInt32(0),
                    Model: row.GetString(1),
                    Name: row.GetNullableString(2) ?? "",
                    Text: row.GetNullableString(3) ?? "",
                    Number: row.GetInt32(4),
                    At: row.GetTime(5));
                meter.Add(PageBytes.Of(detail.Name, detail.Text));
                return detail;
            },
            cancellationToken,
            [models[0].Key.Project, .. RegistryRows.Pad(models).Select(model => model.Key.Name)]);
        var byModel = details.ToLookup(detail => detail.Model);
        return [.. models.Select(model => new ModelInfo
        {
            Project = model.Key.Project,
            Name = model.Key.Name,
            Description = model.Description,
            LatestVersion = byModel[model.Key.Name].Where(detail => detail.Kind > Alias).Select(detail => detail.Number).FirstOrDefault(),
            Tags = byModel[model.Key.Name].Where(detail => detail.Kind == Tag).ToDictionary(detail => detail.Name, detail => detail.Text),
            Aliases =
            [
                .. byModel[model.Key.Name].Where(detail => detail.Kind == Alias)
                    .OrderBy(detail => detail.Name, StringComparer.Ordinal)
                    .Select(detail => new ModelAlias { Name = detail.Name, Version = detail.Number, SetAt = detail.At }),
            ],
            CreatedAt = model.CreatedAt,
            UpdatedAt = model.UpdatedAt,
        })];
    }

    private static async Task<ModelVersionInfo[]> FillAsync(
        ITables tables, IReadOnlyList<ModelVersionInfo> versions, PageMeter meter, CancellationToken cancellationToken)
    {
        meter.Add(versions.Sum(PageBytes.Of));
        if (versions.Count == 0)
        {
            return [];
        }

        var list = RegistryRows.ParameterList(2, versions.Count, 2);
        var details = await tables.QueryAsync(
            $"""
            SELECT {Tag} AS kind, model, version, key AS name, value AS text, CAST(0 AS bigint) AS at_us
            FROM model_version_tags WHERE project = $1 AND (model, version) IN (VALUES {list})
            UNION ALL SELECT {Alias}, model, version, alias, NULL, set_us FROM model_aliases WHERE project = $1 AND (model, version) IN (VALUES {list})
            UNION ALL SELECT 2, model, version, approver, note, at_us FROM model_approvals WHERE project = $1 AND (model, version) IN (VALUES {list})
            """,
            row =>
            {
                var detail = (
                    Kind: row.GetInt32(0),
                    Version: (row.GetString(1), row.GetInt32(2)),
                    Name: row.GetString(3),
                    Text: row.GetNullableString(4),
                    At: row.GetTime(5));
                meter.Add(PageBytes.Of(detail.Name, detail.Text));
                return detail;
            },
            cancellationToken,
            [versions[0].Project, .. RegistryRows.Pad(versions).SelectMany(version => new object?[] { version.Model, version.Version })]);
        var byVersion = details.ToLookup(detail => detail.Version);
        return [.. versions.Select(version => byVersion[(version.Model, version.Version)].ToArray() is var own && own.Length == 0 ? version : version with
        {
            Tags = own.Where(detail => detail.Kind == Tag).ToDictionary(detail => detail.Name, detail => detail.Text ?? ""),
            Aliases = [.. own.Where(detail => detail.Kind == Alias).Select(detail => detail.Name).Order(StringComparer.Ordinal)],
            Approvals =
            [
                .. own.Where(detail => detail.Kind > Alias)
                    .OrderBy(detail => detail.At).ThenBy(detail => detail.Name, StringComparer.Ordinal)
                    .Select(detail => new ModelApproval { Approver = detail.Name, Note = detail.Text, At = detail.At }),
            ],
        })];
    }
}
