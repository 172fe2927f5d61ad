using Orleans.MLOps.Datasets;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>Which columns the new version has: those that are carried over, then the outputs. Pure.</summary>
internal static class ScoredColumns
{
    public const string RowOrdinal = "row_ordinal";

    /// <summary>The columns that are carried over.</summary>
    /// <exception cref="InvalidInputException">One does not exist or is given twice.</exception>
    public static string[] Carried(ScoreDataset command, IReadOnlyList<ColumnSchema> columns)
    {
        if (command.Columns.Length == 0)
        {
            return [.. columns.Select(column => column.Name)];
        }

        foreach (var name in command.Columns)
        {
            if (!columns.Any(column => column.Name == name))
            {
                throw new InvalidInputException(
                    $"Column '{name}' is to be carried over, but the dataset does not have it; it has {string.Join(", ", columns.Select(column => column.Name))}.", "columns");
            }
        }

        return command.Columns.Distinct(StringComparer.Ordinal).Count() == command.Columns.Length
            ? command.Columns
            : throw new InvalidInputException($"columns names one twice: {string.Join(", ", command.Columns)}.", "columns");
    }

    /// <summary>The outputs that are kept, in the model's order, each with its place there and the name that was chosen for it.</summary>
    /// <exception cref="InvalidInputException">A name belongs to no output, or none was chosen for it.</exception>
    public static (int Output, string Name)[] Kept(ScoreDataset command, string[] outputs)
    {
        if (command.Outputs.Count == 0)
        {
            return [.. outputs.Select((name, i) => (i, name))];
        }

        foreach (var (output, name) in command.Outputs)
        {
            if (Array.IndexOf(outputs, output) < 0)
            {
                throw new InvalidInputException($"Output '{output}' is to be kept, but the model does not have it; it has {string.Join(", ", outputs)}.", "outputs");
            }

            if (string.IsNullOrWhiteSpace(name))
            {
                throw new InvalidInputException($"Output '{output}' is given a column without a name.", "outputs");
            }
        }

        return [.. outputs.Select((output, i) => (i, output)).Where(pair => command.Outputs.ContainsKey(pair.output)).Select(pair => (pair.i, command.Outputs[pair.output]))];
    }

    /// <exception cref="InvalidInputException">Two columns of the new version would have one name; SQL tells names apart without regard to case.</exception>
    public static void RequireDistinct(IEnumerable<string> carried, IEnumerable<string> outputs)
    {
        var taken = new HashSet<string>(carried, StringComparer.OrdinalIgnoreCase) { RowOrdinal };
        foreach (var output in outputs)
        {
            if (!taken.Add(output))
            {
                throw new InvalidInputException(
                    $"The output column '{output}' has the name of another column of the new version, or of row_ordinal; give it another one in outputs, or leave the other out of columns.", "outputs");
            }
        }
    }
}
