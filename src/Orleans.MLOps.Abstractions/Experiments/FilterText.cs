namespace Orleans.MLOps.Experiments;

/// <summary>Writes parts of a search filter so that no value can be read as grammar.</summary>
public static class FilterText
{
    /// <summary>A text value in quotes, such as <c>'it''s'</c> for it's.</summary>
    public static string Value(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    /// <summary>A key after its dot, such as <c>params.`my param`</c>.</summary>
    /// <exception cref="InvalidInputException">The key holds a backtick, which no quoting can carry.</exception>
    public static string Key(string kind, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Contains('`')
            ? throw new InvalidInputException($"key '{key}' holds a backtick, which a filter cannot name.", "key")
            : $"{kind}.`{key}`";
    }
}
