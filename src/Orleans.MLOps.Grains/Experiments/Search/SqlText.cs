using System.Text.Json;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Collects the values that a statement binds; nothing that a caller gave becomes part of its text.</summary>
/// <param name="engine">For which engine the statement is.</param>
internal sealed class SqlText(TablesEngine engine)
{
    private const int LongestList = 1024;

    // SQLite takes 32,766 in a statement.
    private const int MostParameters = 16_384;

    private readonly List<object?> _parameters = [];

    public TablesEngine Engine => engine;

    /// <summary>Before a number it keeps SQLite, which plans without statistics, from an index; PostgreSQL needs no such word.</summary>
    public string Unindexed => engine == TablesEngine.Sqlite ? "+" : "";

    public object?[] Parameters => [.. _parameters];

    /// <summary>Binds a value and returns its placeholder.</summary>
    public string Bind(object? value)
    {
        _parameters.Add(value);
        return $"${_parameters.Count}";
    }

    /// <summary>
    /// Binds a list, as what stands in the brackets of IN. A statement's text is a key of the statement cache, so the last value fills it to a
    /// power of two; engines bind only so many values, so a long list is one value of JSON.
    /// </summary>
    public string BindAll<T>(IReadOnlyList<T> values)
    {
        var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)values.Count);
        return length <= LongestList && _parameters.Count + length <= MostParameters
            ? string.Join(", ", Enumerable.Range(0, length).Select(i => Bind(values[Math.Min(i, values.Count - 1)])))
            : BindJson(values);
    }

    private string BindJson<T>(IReadOnlyList<T> values)
    {
        var json = Bind(JsonSerializer.Serialize(values));
        return engine == TablesEngine.Sqlite
            ? $"SELECT value FROM json_each({json})"
            : $"SELECT CAST(value AS {(typeof(T) == typeof(string) ? "text" : "bigint")}) FROM json_array_elements_text(CAST({json} AS json))";
    }
}
