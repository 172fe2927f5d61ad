using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Collects the values that a statement binds; nothing that a caller gave becomes part of its text.</summary>
/// <param name="engine">For which engine the statement is.</param>
internal sealed class SqlText(TablesEngine engine)
{
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

    /// <summary>Binds a list; a statement's text is a key of the statement cache, so the last value fills it to a power of two.</summary>
    public string BindAll<T>(IReadOnlyList<T> values)
    {
        var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)values.Count);
        return string.Join(", ", Enumerable.Range(0, length).Select(i => Bind(values[Math.Min(i, values.Count - 1)])));
    }
}
