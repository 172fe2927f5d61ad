using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Adds what stands in tables of its own to the rows of one page, all as of one moment.</summary>
internal static class RegistryDetails
{
    private const int Tag = 0;
    private const int Alias = 1;

    /// <summary>Models with tags, aliases and newest version; without history.</summary>
    public static async Task<ModelInfo[]> DescribeAsync(ITables tables, IReadOnlyList<RegisteredModelRow> models, CancellationToken cancellationToken)
    {
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
            row => (
                Kind: row.GetInt32(0),
                Model: row.GetString(1),
                Name: row.GetNullableString(2) ?? "",
                Text: row.GetNullableString(3) ?? "",
                Number: row.GetInt32(4),
                At: row.GetTime(5)),
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

    /// <summary>Versions of one project with tags, aliases and approvals.</summary>
    public static async Task<ModelVersionInfo[]> FillAsync(ITables tables, IReadOnlyList<ModelVersionInfo> versions, CancellationToken cancellationToken)
    {
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
            row => (
                Kind: row.GetInt32(0),
                Version: (row.GetString(1), row.GetInt32(2)),
                Name: row.GetString(3),
                Text: row.GetNullableString(4),
                At: row.GetTime(5)),
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
