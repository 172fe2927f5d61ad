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

    private const int MostDepth = 500;
    private const int MostTreeDepth = 2048;

    /// <summary>What tells of the server itself: its settings name folders, its catalog holds the views' definitions.</summary>
    private static readonly HashSet<string> Functions = new(StringComparer.OrdinalIgnoreCase) { "current_setting" };

    private static readonly string[] SystemTables = ["duckdb_", "pragma_", "pg_", "sqlite_"];

    private static readonly string[] SystemSchemas = ["pg_catalog", "information_schema"];

    /// <summary>Refuses before parsing what would end the text early or the parser.</summary>
    public static void AdmitText(string sql)
    {
        var nul = sql.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            throw new InvalidInputException($"The SQL holds the character NUL (at character {nul}); none is allowed.", "sql");
        }

        var depth = 0;
        foreach (var character in sql)
        {
            depth += character == '(' ? 1 : character == ')' ? -1 : 0;
            if (depth > MostDepth)
            {
                throw new InvalidInputException($"The SQL nests more than {MostDepth} parentheses; that many are allowed.", "sql");
            }
        }
    }

    /// <param name="syntaxTree">What DuckDB's <c>json_serialize_sql</c> says of the query.</param>
    public static void Admit(string syntaxTree)
    {
        using var document = Parse(syntaxTree);
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

    private static JsonDocument Parse(string syntaxTree)
    {
        try
        {
            return JsonDocument.Parse(syntaxTree, new JsonDocumentOptions { MaxDepth = MostTreeDepth });
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"The SQL is nested too deeply: its syntax tree may have {MostTreeDepth} levels.", "sql", error);
        }
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

            AdmitReference(element);
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

    private static void AdmitReference(JsonElement element)
    {
        if (Text(element, "function_name") is { } function && Functions.Contains(function))
        {
            throw new PermissionDeniedException($"The function \"{function}\" may not be used: it tells of the server.", "sql");
        }

        if (Text(element, "table_name") is { Length: > 0 } table && Text(element, "type") == "BASE_TABLE"
            && (SystemTables.Any(prefix => table.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                || SystemSchemas.Contains(Text(element, "schema_name"), StringComparer.OrdinalIgnoreCase)))
        {
            throw new PermissionDeniedException($"The table \"{table}\" may not be read: it tells of the server. Read the sources by their names.", "sql");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Position(JsonElement root) =>
        root.TryGetProperty("position", out var position) ? $" (at character {position})" : "";
}
