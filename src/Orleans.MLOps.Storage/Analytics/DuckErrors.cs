using DuckDB.NET.Data;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>The one place where DuckDB's errors become the platform's. The driver reports most kinds only in the message's first words.</summary>
internal static class DuckErrors
{
    /// <param name="error">What the driver reports.</param>
    /// <param name="scratch">The session's folder; callers are not told where it lies.</param>
    /// <param name="dataFolder">The folder of the stores, of which they are not told either.</param>
    public static MLOpsException ToPlatform(DuckDBException error, string scratch, string dataFolder)
    {
        var message = error.Message.Trim()
            .Replace(scratch + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            .Replace(scratch, "scratch", StringComparison.Ordinal)
            .Replace(dataFolder, "data", StringComparison.Ordinal);
        if (Starts("Out of Memory Error") || message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase))
        {
            return new ResourceExhaustedException($"The query needs more memory or scratch space than it may use. DuckDB: {message}", inner: error);
        }

        if (Starts("Permission Error"))
        {
            return new PermissionDeniedException($"The query reaches outside its sandbox. DuckDB: {message}", inner: error);
        }

        if (Starts("INTERNAL Error") || Starts("FATAL Error"))
        {
            return new UnavailableException($"The query engine failed. DuckDB: {message}", inner: error);
        }

        return new InvalidInputException($"The query is refused. DuckDB: {message}", "sql", error);

        bool Starts(string kind) => message.StartsWith(kind, StringComparison.Ordinal);
    }
}
