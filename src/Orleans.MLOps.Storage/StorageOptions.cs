namespace Orleans.MLOps.Storage;

/// <summary>Where and how the stores keep their data: in one folder, or for a cluster in PostgreSQL and a shared folder.</summary>
public sealed class StorageOptions
{
    /// <summary>The folder below which everything lives; created when missing. Required; one process at a time may use it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Npgsql's connection string of a cluster's database. Default: null, SQLite in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>The folder of the blobs, which all silos of a cluster share. Default: null, <c>blobs</c> in the data folder.</summary>
    public string? SharedBlobs { get; init; }

    /// <summary>How many writes may wait for the group-commit writer before callers wait themselves. Default: 8,192 (a second of work on a small machine).</summary>
    public int WriteQueueCapacity { get; init; } = 8192;

    /// <summary>How many queries over the tables may run at once; each has its own connection and thread. Default: 4 (queries are short).</summary>
    public int ReadConnections { get; init; } = 4;

    /// <summary>The size in bytes at which a log starts a new segment file. Default: 64 MiB (a segment reads in a second).</summary>
    public long LogSegmentBytes { get; init; } = 64L << 20;

    /// <summary>Memory bound in bytes of one analytics query; more spills to the scratch folder or is refused. Default: 1 GiB.</summary>
    public long AnalyticsMemoryBytes { get; init; } = 1L << 30;

    /// <summary>Bytes that one analytics query may spill to its scratch folder. Default: 4 GiB.</summary>
    public long AnalyticsSpillBytes { get; init; } = 4L << 30;

    /// <summary>Threads of one analytics query. Default: 2.</summary>
    public int AnalyticsThreads { get; init; } = 2;

    /// <summary>Analytics queries that run at once; more wait their turn. With two or more, one is kept from queries of users. Default: 2 (they share the machine with serving).</summary>
    public int AnalyticsInstances { get; init; } = 2;

    /// <summary>
    /// How long one query of users may run; one of the platform's own may take as long as it needs. Default: 10 minutes (a view over some
    /// ten million rows takes one or two).
    /// </summary>
    public TimeSpan AnalyticsTimeout { get; init; } = TimeSpan.FromMinutes(10);

    internal string TablesPath => Path.Combine(DataFolder, "tables.db");

    internal string OrleansPath => Path.Combine(DataFolder, "orleans.db");

    internal string BlobsFolder => SharedBlobs ?? Path.Combine(DataFolder, "blobs");

    internal string LogsFolder => Path.Combine(DataFolder, "logs");

    internal string ScratchFolder => Path.Combine(DataFolder, "scratch");

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(DataFolder))
        {
            throw new InvalidInputException("Storage option DataFolder is empty; name a folder that this process may write.", nameof(DataFolder));
        }

        AtLeast(WriteQueueCapacity, 1, nameof(WriteQueueCapacity));
        AtLeast(ReadConnections, 1, nameof(ReadConnections));
        AtLeast(LogSegmentBytes, 4096, nameof(LogSegmentBytes));
        AtLeast(AnalyticsMemoryBytes, 16 << 20, nameof(AnalyticsMemoryBytes));
        AtLeast(AnalyticsSpillBytes, 0, nameof(AnalyticsSpillBytes));
        AtLeast(AnalyticsThreads, 1, nameof(AnalyticsThreads));
        AtLeast(AnalyticsInstances, 1, nameof(AnalyticsInstances));
        AtLeast((long)AnalyticsTimeout.TotalMilliseconds, 1, nameof(AnalyticsTimeout));
    }

    private static void AtLeast(long value, long least, string option)
    {
        if (value < least)
        {
            throw new InvalidInputException($"Storage option {option} is {value}; it must be at least {least}.", option);
        }
    }
}
