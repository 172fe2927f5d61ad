using System.Data.Common;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Turns rows of the registry's tables into records.</summary>
internal static class RegistryRows
{
    /// <summary>The columns that <see cref="ReadModel"/> reads, of the table alias g.</summary>
    public const string ModelColumns = "g.project, g.name, g.description, g.revision, g.next_version, g.weighted, g.created_us, g.updated_us";

    /// <summary>The columns that <see cref="ReadVersion"/> reads, of the table alias v.</summary>
    public const string VersionColumns = "v.project, v.model, v.version, v.status, v.stage, v.description, v.record, v.created_us, v.updated_us";

    /// <summary>The columns that <see cref="ReadChange"/> reads.</summary>
    public const string ChangeColumns = "sequence, alias, from_version, to_version, is_rollback, reason, requested_by, at_us, evidence, evaluation";

    public static RegisteredModelRow ReadModel(DbDataReader row) => new()
    {
        Key = new ModelKey(row.GetString(0), row.GetString(1)),
        Description = row.GetNullableString(2),
        Revision = row.GetInt64(3),
        NextVersion = row.GetInt32(4),
        Weighted = row.GetInt64(5) != 0,
        CreatedAt = row.GetTime(6),
        UpdatedAt = row.GetTime(7),
    };

    /// <summary>A version without its tags, aliases and approvals.</summary>
    public static ModelVersionInfo ReadVersion(DbDataReader row) => CatalogJson.Read<ModelVersionInfo>(row.GetString(6)) with
    {
        Project = row.GetString(0),
        Model = row.GetString(1),
        Version = row.GetInt32(2),
        Status = Enum.Parse<ModelVersionStatus>(row.GetString(3)),
        Stage = Enum.Parse<ModelStage>(row.GetString(4)),
        Description = row.GetNullableString(5),
        CreatedAt = row.GetTime(7),
        UpdatedAt = row.GetTime(8),
    };

    public static AliasChange ReadChange(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        Alias = row.GetString(1),
        From = row.IsDBNull(2) ? null : row.GetInt32(2),
        To = row.IsDBNull(3) ? null : row.GetInt32(3),
        Rollback = row.GetInt64(4) != 0,
        Reason = row.GetNullableString(5),
        RequestedBy = row.GetNullableString(6),
        At = row.GetTime(7),
        Evidence = CatalogJson.Read<Dictionary<string, double>>(row.GetString(8)),
        Evaluation = row.IsDBNull(9) ? null : CatalogJson.Read<GateEvaluation>(row.GetString(9)),
    };

    public static AliasGates ReadGates(DbDataReader row) => new()
    {
        Alias = row.GetString(0),
        Gates = CatalogJson.Read<PromotionGate[]>(row.GetString(1)),
        SetBy = row.GetNullableString(2),
        SetAt = row.GetTime(3),
    };

    /// <summary>A list of parameters <c>$first..</c>; it grows in powers of two, because a statement's text is a key of the statement cache.</summary>
    public static string ParameterList(int first, int count, int width = 1)
    {
        var rows = Padded(count);
        return string.Join(", ", Enumerable.Range(0, rows).Select(row => width == 1
            ? $"${first + row}"
            : $"({string.Join(", ", Enumerable.Range(0, width).Select(column => $"${first + (row * width) + column}"))})"));
    }

    /// <summary>The values of such a list: the last one repeats.</summary>
    public static IEnumerable<T> Pad<T>(IReadOnlyList<T> values) =>
        Enumerable.Range(0, Padded(values.Count)).Select(i => values[Math.Min(i, values.Count - 1)]);

    private static int Padded(int count) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
}
