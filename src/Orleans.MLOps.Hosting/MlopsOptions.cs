using System.ComponentModel.DataAnnotations;

namespace Orleans.MLOps.Hosting;

/// <summary>How the platform runs inside a silo. Checked when <c>AddMlops</c> is called.</summary>
public sealed class MlopsOptions
{
    /// <summary>The folder that keeps everything; created when missing, used by one process at a time. Default: ./mlops-data (beside where the program was started).</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "must not be empty; name a folder that this process may write, or leave it out for ./mlops-data")]
    public string DataFolder { get; set; } = "mlops-data";

    /// <summary>
    /// Npgsql's connection string of the database that a cluster's silos share; then <see cref="SharedBlobs"/> is needed too, and the data folder
    /// holds only this silo's scratch files. The schema must be there: see the server's migrate command. Default: null, SQLite in the data folder.
    /// </summary>
    public string? Postgres { get; set; }

    /// <summary>The folder of the blobs, at the same content for every silo of a cluster. Default: null, inside the data folder.</summary>
    public string? SharedBlobs { get; set; }

    /// <summary>
    /// Requests that may wait for one grain before more are refused with <see cref="Orleans.Runtime.LimitExceededException"/>.
    /// It holds for every grain of the silo, unless the host set its own limit. Default: 4,096 (well under a second of work for a busy grain).
    /// </summary>
    [Range(16, 1_000_000, ErrorMessage = "must be between 16 and 1,000,000; leave it out for 4,096")]
    public int MaxQueuedRequests { get; set; } = 4096;

    /// <summary>The same for the queue of one stateless worker, such as inference. Default: 4,096 (at the limit a caller waits some tens of milliseconds).</summary>
    [Range(16, 1_000_000, ErrorMessage = "must be between 16 and 1,000,000; leave it out for 4,096")]
    public int MaxQueuedWorkerRequests { get; set; } = 4096;

    /// <summary>Writes that may wait for the group commit before callers wait themselves. Default: 8,192 (about a second of work on a small machine).</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be between 1 and 1,000,000; leave it out for 8,192")]
    public int WriteQueueCapacity { get; set; } = 8192;

    /// <summary>
    /// Opens TorchScript files, which are programs: a wrong one can end the process, and a hostile one can touch files. Only where everyone who may
    /// register models is trusted. Default: false.
    /// </summary>
    public bool AllowTorchScript { get; set; }

    /// <summary>Threads of one analytics query. Default: 2 (serving keeps the rest of a small machine).</summary>
    [Range(1, 256, ErrorMessage = "must be between 1 and 256; leave it out for 2")]
    public int AnalyticsThreads { get; set; } = 2;

    /// <summary>Memory bound in bytes of one analytics query; more spills to disk or is refused. Default: 1 GiB.</summary>
    [Range(16L << 20, 1L << 42, ErrorMessage = "must be between 16 MiB and 4 TiB, in bytes; leave it out for 1 GiB")]
    public long AnalyticsMemoryBytes { get; set; } = 1L << 30;
}
