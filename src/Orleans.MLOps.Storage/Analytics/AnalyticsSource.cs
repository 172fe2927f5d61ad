namespace Orleans.MLOps.Storage.Analytics;

/// <summary>A table that a query may read: Parquet files of one schema under one name.</summary>
public sealed record AnalyticsSource
{
    /// <summary>The name in SQL: a letter or underscore, then letters, digits, underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Local paths of Parquet files, at least one; they are read in this order.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>One file under the name that most queries use, <c>source</c>.</summary>
    public static AnalyticsSource Of(string path, string name = "source") => new() { Name = name, Paths = [path] };
}
