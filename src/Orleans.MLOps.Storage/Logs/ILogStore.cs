namespace Orleans.MLOps.Storage.Logs;

/// <summary>All logs of a node or cluster. A name is 1 to 200 of <c>A-Z a-z 0-9 . _ % -</c>, not starting with a dot.</summary>
public interface ILogStore
{
    /// <summary>Opens or creates a log for appending. Each log has one writer at a time: the last that opened it and appended.</summary>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    /// <exception cref="DataLossException">A frame that was stored is damaged.</exception>
    /// <exception cref="UnavailableException">The store cannot be read now, or is closed.</exception>
    ValueTask<IAppendLog> OpenAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Reads a log in order up to its end; a log that does not exist is empty. Any silo may read any log.</summary>
    /// <param name="name">The log.</param>
    /// <param name="from">A position of a frame, a frame's <see cref="LogFrame.Next"/>, or <see cref="LogPosition.Start"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DataLossException">A frame is damaged or missing.</exception>
    IAsyncEnumerable<LogFrame> ReadAsync(string name, LogPosition from, CancellationToken cancellationToken = default);

    /// <summary>The names of the logs that start with <paramref name="prefix"/>, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a log with all its frames, for what keeps only the newest logs. Idempotent. Its writer must have ended; whoever reads it at this moment may fail.
    /// </summary>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    /// <exception cref="UnavailableException">The store cannot be changed now, or is closed.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default);
}
