using System.Security.Cryptography;
using Google.Protobuf;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Reads an event file from its start, event by event, and counts what no run keeps.</summary>
internal sealed class EventFileReader : IDisposable
{
    private const string VersionFamily = "brain.Event:";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly RecordReader _records;
    private readonly EventSorter _sorter;

    public EventFileReader(Stream stream)
    {
        _records = new(stream);
        _sorter = new(_records);
    }

    /// <summary>When the first event was written; set by <see cref="OpenAsync"/>.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>When the run ended by what was read so far: what its session says, otherwise its latest scalar.</summary>
    public DateTimeOffset EndedAt => _sorter.SessionEnd ?? _sorter.Latest ?? StartedAt;

    /// <summary>How the run ended by what was read so far; Finished if nothing says so.</summary>
    public RunStatus Status => _sorter.Status;

    /// <summary>How many values of each kind were passed over.</summary>
    public IReadOnlyDictionary<string, long> Ignored => _sorter.Ignored;

    /// <summary>SHA-256 of the data of all records read so far, in hex.</summary>
    public string Digest => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Reads the first record.</summary>
    /// <exception cref="InvalidInputException">The stream holds no event file, or a damaged one.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var first = await NextAsync(cancellationToken).ConfigureAwait(false);
        if (first is null || !first.FileVersion.StartsWith(VersionFamily, StringComparison.Ordinal))
        {
            throw _records.Wrong($"does not say that this is an event file: a first record with a version such as '{EventFileWriter.Version}' is allowed");
        }

        StartedAt = _sorter.Time(first);
    }

    /// <summary>The next event, or null at the end.</summary>
    /// <exception cref="InvalidInputException">A record is damaged or holds what no run accepts; the message names its offset.</exception>
    public async ValueTask<ImportedEvent?> ReadAsync(CancellationToken cancellationToken) =>
        await NextAsync(cancellationToken).ConfigureAwait(false) is { } message ? _sorter.Sort(message) : null;

    public void Dispose() => _hash.Dispose();

    private async ValueTask<Event?> NextAsync(CancellationToken cancellationToken)
    {
        if (await _records.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } data)
        {
            return null;
        }

        _hash.AppendData(data.Span);
        try
        {
            return Event.Parser.ParseFrom(data.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw _records.Wrong("holds no event", error);
        }
    }
}
