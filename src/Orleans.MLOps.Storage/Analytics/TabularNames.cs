using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>The rules that column names of a dataset keep.</summary>
internal static class TabularNames
{
    public const string RowOrdinal = "row_ordinal";

    /// <summary>As many as a training job takes.</summary>
    public const int MostColumns = 4096;

    public static void Check(IReadOnlyList<string> names, TabularOptions options, string where)
    {
        if (names.Count > MostColumns)
        {
            throw new InvalidInputException($"The file has {names.Count} columns ({where}); {MostColumns} are allowed.", "columns");
        }

        // SQL tells names apart without regard to case.
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new InvalidInputException($"Column {i + 1} of {names.Count} has no name ({where}).", "columns");
            }

            if (name.Equals(RowOrdinal, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidInputException($"Column {i + 1} is named \"{name}\" ({where}); that name is kept for the position in the file.", name);
            }

            if (!places.TryAdd(name, i))
            {
                throw new InvalidInputException($"Columns {places[name] + 1} and {i + 1} are both named \"{name}\" ({where}); names must differ by more than case.", name);
            }
        }

        foreach (var declared in options.Types.Keys)
        {
            if (!names.Contains(declared, StringComparer.Ordinal))
            {
                throw new InvalidInputException($"A type is declared for column \"{declared}\", which does not exist; the file has {string.Join(", ", names)}.", declared);
            }
        }
    }

    public static InvalidInputException Misfit(string where, string column, string value, ColumnType type, string hint = "") =>
        new($"{where}, column \"{column}\": the value \"{Shorten(value)}\" is no {type}{hint}.", column);

    private static string Shorten(string value) => value.Length <= 60 ? value : string.Concat(value.AsSpan(0, 60), "…");
}
