namespace Orleans.MLOps.Storage.Logs;

/// <summary>
/// An append-only log of frames, opened by its one writer. Safe for any number of concurrent appends and readers. When another process
/// has opened the log and appended since, every further append is refused: what the log says and what its writer knows never part.
/// </summary>
public interface IAppendLog
{
    /// <summary>The log's name in its store.</summary>
    string Name { get; }

    /// <summary>Where the next frame will start, unless a new segment begins first. All frames before it can be read.</summary>
    LogPosition End { get; }

    /// <summary>Appends a frame.</summary>
    /// <param name="frame">The payload, at most 16 MiB; may be empty. It can be reused when the task is returned.</param>
    /// <param name="durable">
    /// True: completes when an fsync has covered the frame; frames of many callers share one. False: completes at once; the frame
    /// survives a crash of the process but a power cut only after the next durable append or one second.
    /// </param>
    /// <returns>Where the frame starts.</returns>
    /// <exception cref="InvalidInputException">The frame is too long.</exception>
    /// <exception cref="ResourceExhaustedException">The disk is full; the frame was not appended.</exception>
    /// <exception cref="UnavailableException">The disk or database failed (whether the frame survives is unknown), an append before it did, another writer has taken over, or the log is closed.</exception>
    ValueTask<LogPosition> AppendAsync(ReadOnlyMemory<byte> frame, bool durable);

    /// <summary>Reads frames in order up to the end, including every frame acknowledged before the end is reached.</summary>
    /// <param name="from">A position of a frame, a frame's <see cref="LogFrame.Next"/>, or <see cref="LogPosition.Start"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DataLossException">A frame is damaged; the message names file and offset.</exception>
    IAsyncEnumerable<LogFrame> ReadAsync(LogPosition from, CancellationToken cancellationToken = default);
}
