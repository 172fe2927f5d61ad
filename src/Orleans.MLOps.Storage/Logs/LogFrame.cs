namespace Orleans.MLOps.Storage.Logs;

/// <summary>A frame as read.</summary>
/// <param name="Position">Where it starts.</param>
/// <param name="Next">Where the next one starts: continue reading from here.</param>
/// <param name="Payload">The bytes appended; the reader's own copy.</param>
public readonly record struct LogFrame(LogPosition Position, LogPosition Next, ReadOnlyMemory<byte> Payload);
