using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>A column that a model reads, and as what: numbers are read as doubles whatever they are stored as.</summary>
internal sealed record SourceColumn(string Name, ColumnType Type)
{
    /// <summary>Finds the column of an input.</summary>
    /// <param name="columns">The dataset's columns.</param>
    /// <param name="name">The column.</param>
    /// <param name="type">As what it is to be read: Double, Int64, Boolean or Text.</param>
    /// <param name="input">What asks for it, for the refusal.</param>
    /// <exception cref="InvalidInputException">There is no such column, or it has another type.</exception>
    public static SourceColumn Find(IReadOnlyList<ColumnSchema> columns, string name, ColumnType type, string input)
    {
        var found = columns.FirstOrDefault(column => column.Name == name) ?? throw new InvalidInputException(
            $"{input} needs column '{name}', which the dataset does not have; it has {string.Join(", ", columns.Select(column => column.Name))}.", name);
        return found.Type == type || (type == ColumnType.Double && found.Type == ColumnType.Int64)
            ? new(name, type)
            : throw new InvalidInputException(
                $"{input} needs column '{name}' as {(type == ColumnType.Double ? "Double or Int64" : type)}; in the dataset it is {found.Type}.", name);
    }
}
