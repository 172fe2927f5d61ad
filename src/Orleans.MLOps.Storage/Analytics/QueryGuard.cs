using System.Text.Json;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// Admits exactly one SELECT whose table functions are harmless. The sandbox alone does not suffice: statements could overwrite an input
/// through its link, and <c>enable_logging</c>, a table function, writes at shutdown where no error can be caught.
/// </summary>
internal static class QueryGuard
{
    private static readonly HashSet<string> TableFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "generate_series", "range", "repeat", "repeat_row", "unnest",
    };

    /// <param name="syntaxTree">What DuckDB's <c>json_serialize_sql</c> says of the query.</param>
    public static void Admit(string syntaxTree)
    {
        using var document = JsonDocument.Parse(syntaxTree, new JsonDocumentOptions { MaxDepth = 4096 });
        var root = document.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            var message = root.GetProperty("error_message").GetString();
            throw root.GetProperty("error_type").GetString() == "not implemented"
                ? new PermissionDeniedException("Only SELECT statements may be run over datasets.", "sql")
                : new InvalidInputException($"The SQL cannot be parsed. DuckDB: {message}{Position(root)}", "sql");
        }

        var statements = root.GetProperty("statements").GetArrayLength();
        if (statements != 1)
        {
            throw new InvalidInputException($"The SQL holds {statements} statements; it must be one SELECT.", "sql");
        }

        Walk(root);
    }

    private static void Walk(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("TABLE_FUNCTION"))
            {
                AdmitTableFunction(element.GetProperty("function"));
            }

            foreach (var property in element.EnumerateObject())
            {
                Walk(property.Value);
            }
        }
    }

    private static void AdmitTableFunction(JsonElement function)
    {
        var name = function.TryGetProperty("function_name", out var given) ? given.GetString() ?? "" : "";
        if (!TableFunctions.Contains(name))
        {
            throw new PermissionDeniedException(
                $"The table function \"{name}\" may not be used; read the sources by their names. Allowed: {string.Join(", ", TableFunctions.Order(StringComparer.Ordinal))}.", "sql");
        }
    }

    private static string Position(JsonElement root) =>
        root.TryGetProperty("position", out var position) ? $" (at character {position})" : "";
}
