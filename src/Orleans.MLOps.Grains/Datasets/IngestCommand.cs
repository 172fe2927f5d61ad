using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>What of an ingest can be judged before its bytes are read.</summary>
internal static class IngestCommand
{
    private const int LongestOperationId = 200;
    private const int LongestDescription = 10_000;

    /// <exception cref="InvalidInputException">The command contradicts itself or its grain; the message names the field.</exception>
    public static void Require(IngestDataset command, string operationId, DatasetKey key)
    {
        if (string.IsNullOrWhiteSpace(operationId) || operationId.Length > LongestOperationId || operationId.Any(char.IsControl))
        {
            throw new InvalidInputException($"operation id '{operationId}' is not allowed: 1 to {LongestOperationId} characters without control characters.", "operation_id");
        }

        if (command.Project != key.Project || command.Name != key.Name)
        {
            throw new InvalidInputException($"The command is for dataset '{command.Name}' of project '{command.Project}', but was sent to '{key}'.", "name");
        }

        if (!Enum.IsDefined(command.Format))
        {
            throw new InvalidInputException($"format {(int)command.Format} is unknown; allowed: {string.Join(", ", Enum.GetNames<DataFormat>())}.", "format");
        }

        foreach (var expectation in command.Expectations)
        {
            Expectations.Require(expectation);
        }

        RequireTexts(command.Descriptions);
        if (command.Parents.Any(string.IsNullOrWhiteSpace))
        {
            throw new InvalidInputException("A parent key is empty.", "parents");
        }
    }

    /// <exception cref="InvalidInputException">A description has no text.</exception>
    public static void RequireTexts(Dictionary<string, string> descriptions)
    {
        foreach (var (column, text) in descriptions)
        {
            if (text is null || text.Length > LongestDescription)
            {
                throw new InvalidInputException($"The description of column '{column}' has {text?.Length ?? 0} characters or is none; at most {LongestDescription} are allowed.", "descriptions");
            }
        }
    }

    /// <exception cref="InvalidInputException">A description names a column that does not exist.</exception>
    public static void RequireColumns(IEnumerable<string> described, IReadOnlyList<ColumnSchema> columns)
    {
        foreach (var name in described)
        {
            if (!columns.Any(column => column.Name == name))
            {
                throw new InvalidInputException($"Column '{name}' is described but does not exist; columns: {string.Join(", ", columns.Select(column => column.Name))}.", name);
            }
        }
    }

    /// <summary>The columns with the texts given; others keep theirs.</summary>
    public static ColumnSchema[] Describe(IReadOnlyList<ColumnSchema> columns, Dictionary<string, string> descriptions) =>
        [.. columns.Select(column => descriptions.TryGetValue(column.Name, out var text) ? column with { Description = text } : column)];
}
